"""Ingest user-generated content.

Called by the deployment `ingest-ugc` (schedule, UI), and by hand: `python -m flows.ingest_ugc SOURCE --brand-ids 4242`.
"""

from prefect import flow

from dashmedia.forms import DashBlock, DryRun, SocialBlock
from dashmedia.ingest import Batch, IngestOptions, IngestReport, IngestSession, Lane
from dashmedia.ingest.options import (
    DEFAULT_PACE,
    Accept,
    AllowOutside,
    BatchSize,
    BrandIds,
    DamFields,
    DamFolder,
    Exclude,
    Include,
    Limit,
    Pace,
    Rights,
    RunAs,
    ShardOf,
    Shards,
    SourceUrl,
    Workers,
)
from dashmedia.limits import SOCIAL_KNOWN_TYPES
from tasks.assets import upload_assets, write_metadata
from tasks.command_line import run_from_command_line
from tasks.credentials import DEFAULT_BLOCK
from tasks.endings import ends_plainly
from tasks.ingest_shards import ingest_in_shards
from tasks.media import confirm_ready, create_media
from tasks.originals import check_originals
from tasks.overlap import for_each_overlapping
from tasks.reports import conclude_ingest
from tasks.sessions import BATCHES_AT_ONCE, open_session
from tasks.uploads import issue_upload_urls, put_originals


@flow(flow_run_name="ingest {source}")
@ends_plainly
def ingest_ugc(
    source: SourceUrl,
    brand_ids: BrandIds = (),
    dam_folder: DamFolder = None,
    dam_fields: DamFields = None,
    rights: Rights = "require",
    include: Include = (),
    exclude: Exclude = (),
    accept: Accept = SOCIAL_KNOWN_TYPES,
    limit: Limit = None,
    batch_size: BatchSize = 100,
    workers: Workers = 8,
    allow_outside: AllowOutside = False,
    pace: Pace = DEFAULT_PACE,
    run_as: RunAs = "here",
    shards: Shards = 2,
    shard: ShardOf = None,
    credentials: SocialBlock = DEFAULT_BLOCK,
    dash_credentials: DashBlock = DEFAULT_BLOCK,
    dry_run: DryRun = False,
) -> IngestReport:
    """Every accepted original of a source is ready in the chosen Dash Social libraries, and in the DAM, exactly once.

    What a rule refuses is listed with its reason and never stops the others. Running it again does only what is left.

    Args:
        source: A folder, or a manifest (.csv, .jsonl, .parquet) with a column `uri`: a path on the worker's machine, or a URL such as
            `s3://bucket/ugc`.
        brand_ids: The Dash Social brands that get every original; none for the DAM alone.
        dam_folder: The folder of Dash, the DAM, that gets every original, such as `/UGC/2026-11`; it is made if it is missing.
        dam_fields: Which column of the manifest is written to which field of Dash, by name. Empty: no metadata is written.
        rights: `require` refuses originals without consent or with expired rights; `owned` is for files the brand owns.
        include: Only originals whose path matches one of these patterns, such as `*.jpg`. Empty: all.
        exclude: No original whose path matches one of these patterns.
        accept: Content types to take, found from the bytes and not from the name.
        limit: Look at this many originals at most.
        batch_size: Originals in each of the first batches; each step of a batch is one task run. Later batches of a long run
            into brands alone hold four times as many, up to 1,000.
        workers: Originals sent at the same time.
        allow_outside: Let a manifest name files outside its own folder.
        pace: How often a batch job of Dash is looked at, and how long it may take.
        run_as: `here` in this run; `deployments` as several runs of `ingest-ugc-shard`, for more machines than one. The source, and
            a ledger on PostgreSQL (DASH_LEDGER_URL), must be reached from all of them.
        shards: With `deployments`, into how many runs the source is cut.
        shard: Only this share of the source, such as `2/4` for the second of four. Empty: all of it.
        credentials: Name of the Dash Social credentials block; while there is none named `default`, the environment is used.
        dash_credentials: The same for Dash; it is only asked for when `dam_folder` is set.
        dry_run: Check everything and say what would be sent, but send nothing.
    """
    options = IngestOptions(
        source=source, brand_ids=brand_ids, dam_folder=dam_folder, dam_fields=dam_fields, rights=rights, include=include,
        exclude=exclude, accept=accept, limit=limit, batch_size=batch_size, workers=workers, allow_outside=allow_outside,
        pace=pace, run_as=run_as, shards=shards, shard=shard, dry_run=dry_run,
    )  # fmt: skip
    if options.run_as == "deployments":
        return ingest_in_shards(options, credentials, dash_credentials)
    with open_session(options, credentials, dash_credentials) as session:
        for_each_overlapping(session.batches(), lambda batch: deliver(session, batch), BATCHES_AT_ONCE)
        return conclude_ingest(session)


def deliver(session: IngestSession, batch: Batch) -> None:
    """One batch, from files to ready media and assets, both at once; trouble on one way does not stop the other."""
    check_originals(session, batch)
    if not session.dry_run:
        ways = {Lane.BRANDS: into_brands, Lane.DAM: into_dam}
        for_each_overlapping(
            session.lanes, lambda lane: session.lanes.run(lane, batch, lambda: ways[lane](session, batch)), len(ways)
        )
    session.close_batch(batch)


def into_brands(session: IngestSession, batch: Batch) -> None:
    """From files to ready media."""
    issue_upload_urls(session, batch)
    put_originals(session, batch)
    create_media(session, batch)
    confirm_ready(session, batch)


def into_dam(session: IngestSession, batch: Batch) -> None:
    """From files to assets with their metadata."""
    upload_assets(session, batch)
    write_metadata(session, batch)


if __name__ == "__main__":
    run_from_command_line(ingest_ugc)
