"""Ingest user-generated content.

Called by the deployment `ingest-ugc` (schedule, UI), and by hand: `python -m flows.ingest_ugc SOURCE --brand-ids 4242`.
"""

from prefect import flow

from dashmedia.ingest import Batch, IngestOptions, IngestReport, IngestSession
from dashmedia.ingest.options import Accept, BatchSize, BrandIds, Limit, Patterns, Rights, Workers
from dashmedia.limits import SOCIAL_KNOWN_TYPES
from tasks.command_line import run_from_command_line
from tasks.credentials import DEFAULT_BLOCK
from tasks.endings import ends_plainly
from tasks.media import confirm_ready, create_media
from tasks.originals import check_originals
from tasks.overlap import for_each_overlapping
from tasks.reports import conclude_ingest
from tasks.sessions import BATCHES_AT_ONCE, open_session
from tasks.uploads import issue_upload_urls, put_originals


@flow(flow_run_name="ingest {source}")
@ends_plainly
def ingest_ugc(
    source: str,
    brand_ids: BrandIds,
    rights: Rights = "require",
    include: Patterns = (),
    exclude: Patterns = (),
    accept: Accept = SOCIAL_KNOWN_TYPES,
    limit: Limit | None = None,
    batch_size: BatchSize = 100,
    workers: Workers = 8,
    allow_outside: bool = False,
    credentials: str = DEFAULT_BLOCK,
    dry_run: bool = False,
) -> IngestReport:
    """Every accepted original of a source is ready in the chosen Dash Social libraries, exactly once.

    What a rule refuses is listed with its reason and never stops the others. Running it again does only what is left.

    Args:
        source: A folder, or a manifest (.csv, .jsonl, .parquet) with a column `uri`; a path or any fsspec URL.
        brand_ids: The Dash Social brands that get every original.
        rights: `require` refuses originals without consent or with expired rights; `owned` is for files the brand owns.
        include: Only originals whose path matches one of these patterns, such as `*.jpg`. Empty: all.
        exclude: No original whose path matches one of these patterns.
        accept: Content types to take, found from the bytes and not from the name.
        limit: Look at this many originals at most.
        batch_size: Originals in one batch; each step of a batch is one task run.
        workers: Originals sent at the same time.
        allow_outside: Let a manifest name files outside its own folder.
        credentials: Name of the Dash Social credentials block; while there is none named `default`, the environment is used.
        dry_run: Check everything and say what would be sent, but send nothing.
    """
    options = IngestOptions(
        source=source, brand_ids=brand_ids, rights=rights, include=include, exclude=exclude, accept=accept, limit=limit,
        batch_size=batch_size, workers=workers, allow_outside=allow_outside, dry_run=dry_run,
    )  # fmt: skip
    with open_session(options, credentials) as session:
        for_each_overlapping(session.batches(), lambda batch: deliver(session, batch), BATCHES_AT_ONCE)
        return conclude_ingest(session)


def deliver(session: IngestSession, batch: Batch) -> None:
    """One batch, from files to ready media."""
    check_originals(session, batch)
    if not session.dry_run:
        issue_upload_urls(session, batch)
        put_originals(session, batch)
        create_media(session, batch)
        confirm_ready(session, batch)
    session.close_batch(batch)


if __name__ == "__main__":
    run_from_command_line(ingest_ugc)
