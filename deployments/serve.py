"""Serve the flows from this folder, without a work pool: what `make up` keeps running."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from prefect import serve

from flows.ingest_ugc import ingest_ugc

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment


def main() -> None:
    """Register the deployments and wait for runs; the parameters shown in the form come from the environment."""
    parameters = {"source": os.environ.get("DASHMEDIA_DEMO_SOURCE", ""), "brand_ids": [4242]}
    deployment = ingest_ugc.to_deployment("ingest-ugc", parameters=parameters, tags=["ugc", "dash-social"])
    serve(cast("RunnerDeployment", deployment))


if __name__ == "__main__":
    main()
