"""Media records in the social library: created once in each brand, then ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia import ingest

if TYPE_CHECKING:
    from dashmedia.ingest import Batch, IngestSession


@task(task_run_name="create media, batch {batch.number}", cache_policy=NO_CACHE)
def create_media(session: IngestSession, batch: Batch) -> None:
    """Create one record for each delivery; where an answer was lost, look before sending again."""
    ingest.create_batch(session, batch)


@task(task_run_name="confirm ready, batch {batch.number}", cache_policy=NO_CACHE)
def confirm_ready(session: IngestSession, batch: Batch) -> None:
    """Wait, within a budget that grows with the size, until the library has processed what was created."""
    ingest.confirm_batch(session, batch)
