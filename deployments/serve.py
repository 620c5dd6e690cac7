"""Serve the flows from this folder, without a work pool: what `make up` keeps running."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from prefect import serve

from flows.backfill_downloads import backfill_downloads
from flows.export_downloads import export_downloads
from flows.ingest_ugc import ingest_ugc
from flows.promote_lifecycle import promote_lifecycle
from flows.watch_downloads import watch_downloads

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment


def main() -> None:
    """Register the deployments and wait for runs; the parameters shown in the forms come from the environment."""
    source = {"source": os.environ.get("DASHMEDIA_DEMO_SOURCE", ""), "brand_ids": [4242]}
    destination = {"destination": os.environ.get("DASHMEDIA_DEMO_EXPORTS", "exports")}
    deployments = [
        ingest_ugc.to_deployment("ingest-ugc", parameters=source, tags=["ugc", "dash-social"]),
        export_downloads.to_deployment("export-downloads", parameters=destination, tags=["downloads", "dash"]),
        backfill_downloads.to_deployment("backfill-downloads", parameters=destination, tags=["downloads", "dash"]),
        promote_lifecycle.to_deployment("promote-lifecycle", tags=["lifecycle", "dash"]),
        watch_downloads.to_deployment("watch-downloads", parameters=destination, tags=["downloads", "dash"]),
    ]
    serve(*cast("list[RunnerDeployment]", deployments))


if __name__ == "__main__":
    main()
