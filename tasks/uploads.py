"""Bytes on their way to the storage: `media_upload_url`, then one PUT for each content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia import ingest

if TYPE_CHECKING:
    from dashmedia.ingest import Batch, IngestSession


@task(task_run_name="issue upload URLs, batch {batch.number}", cache_policy=NO_CACHE)
def issue_upload_urls(session: IngestSession, batch: Batch) -> None:
    """Ask for an upload URL for each content that the storage does not hold yet."""
    ingest.issue_urls(session, batch)


@task(task_run_name="put originals, batch {batch.number}", cache_policy=NO_CACHE)
def put_originals(session: IngestSession, batch: Batch) -> None:
    """Put each content once, whatever the number of brands, and prove it by its ETag."""
    ingest.put_batch(session, batch)
