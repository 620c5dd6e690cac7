"""Assets in the DAM: made by batch jobs, filled in parts, completed and proved, then given their metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia import ingest

if TYPE_CHECKING:
    from dashmedia.ingest import Batch, IngestSession


@task(task_run_name="upload assets, batch {batch.number}", cache_policy=NO_CACHE)
def upload_assets(session: IngestSession, batch: Batch) -> None:
    """Make one asset for each delivery, send its parts, complete it and compare its file with the original."""
    ingest.upload_assets(session, batch)


@task(task_run_name="write metadata, batch {batch.number}", cache_policy=NO_CACHE)
def write_metadata(session: IngestSession, batch: Batch) -> None:
    """Write what the manifest says to the fields that the mapping names, and look whether the assets show it."""
    ingest.write_fields(session, batch)
