"""Originals on their way in: past the gate, and claimed for this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia import ingest

if TYPE_CHECKING:
    from dashmedia.ingest import Batch, IngestSession


@task(task_run_name="check and claim originals, batch {batch.number}", cache_policy=NO_CACHE)
def check_originals(session: IngestSession, batch: Batch) -> None:
    """Keep out, with the reason, what a rule refuses; take from the ledger what is neither done nor in another run's hands.

    One task, because both are local and quick, and every task run costs the Prefect server processor time.
    """
    ingest.check_batch(session, batch)
    ingest.claim_batch(session, batch)
    ingest.prepare_assets(session, batch)
