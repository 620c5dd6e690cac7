"""Originals on their way in: past the gate, and claimed for this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia import ingest

if TYPE_CHECKING:
    from dashmedia.ingest import Batch, IngestSession


@task(task_run_name="check batch {batch.number}", cache_policy=NO_CACHE)
def check_originals(session: IngestSession, batch: Batch) -> None:
    """Read, recognise and decode each original; keep out, with the reason, what a rule refuses."""
    ingest.check_batch(session, batch)


@task(task_run_name="claim batch {batch.number}", cache_policy=NO_CACHE)
def claim_deliveries(session: IngestSession, batch: Batch) -> None:
    """Take from the ledger what is not done and not in another run's hands."""
    ingest.claim_batch(session, batch)
