"""Fill in download events of any days.

Called by the deployment `backfill-downloads` (UI), and by hand: `python -m flows.backfill_downloads 2026-01-01 2026-06-30`.
"""

from prefect import flow

from dashmedia.exports.options import (
    PARQUET,
    Destination,
    Enrich,
    ExportOptions,
    FirstDay,
    Formats,
    LastDay,
    Mode,
    Parallel,
    PostgresSecret,
    PostgresTable,
    Rollups,
    RunAs,
    Timezone,
)
from dashmedia.exports.outcome import ExportReport
from dashmedia.forms import DashBlock, DryRun
from tasks.command_line import run_from_command_line
from tasks.credentials import DEFAULT_BLOCK
from tasks.dash_sessions import named_by_days, open_export_session
from tasks.database_loads import DEFAULT_SECRET, find_database, load_events
from tasks.downloads import confirm_days, keep_lateness, review_days
from tasks.endings import ends_plainly
from tasks.export_reports import conclude_export
from tasks.shards import fill_days
from tasks.summaries import summarise


@flow(flow_run_name=named_by_days)
@ends_plainly
def backfill_downloads(
    first_day: FirstDay,
    last_day: LastDay = None,
    timezone: Timezone = "UTC",
    destination: Destination = "exports",
    formats: Formats = PARQUET,
    mode: Mode = "missing",
    parallel: Parallel = 4,
    run_as: RunAs = "here",
    rollups: Rollups = True,
    enrich: Enrich = True,
    postgres_table: PostgresTable = "",
    postgres_secret: PostgresSecret = DEFAULT_SECRET,
    credentials: DashBlock = DEFAULT_BLOCK,
    dry_run: DryRun = False,
) -> ExportReport:
    """Every day of a range has a partition that is proven complete; what was there and is good was left alone.

    It may be stopped anywhere and run again. A dry run shows the state of each day and what filling in would take.

    Args:
        first_day: The first local day.
        last_day: The last local day, included. Empty: yesterday in the time zone.
        timezone: Whose days are meant, such as `Europe/Berlin`; days of 23 and 25 hours come out right.
        destination: A folder on the worker's machine, or a URL such as `s3://bucket/downloads`; it gets `events/date=…/` with data
            and certificate.
        formats: Files that must be there for each day.
        mode: `missing` exports days that are not complete; `failed` only those where something lies that cannot be trusted;
            `verify` counts complete days again and compares hashes as well; `force` exports all.
        parallel: Days at once; with `deployments`, runs at once.
        run_as: `here` in this run; `deployments` as several runs of the deployment, for more machines than one.
        rollups: Count downloads by day, month, asset, user, type and portal; make a report page and `latest.duckdb`.
        enrich: Add the names of assets, folders, users and portals to these.
        postgres_table: Load each complete day into this table of PostgreSQL as well, replacing the day. Empty: load nowhere.
        postgres_secret: Name of the Secret block with the database's URL, `postgresql://user:password@host/database`; while
            there is none named `downloads-postgres`, DASH_EXPORT_POSTGRES_URL is used.
        credentials: Name of the Dash credentials block; while there is none named `default`, the environment is used.
        dry_run: Say what is there and what it would take, but write nothing.
    """
    options = ExportOptions(
        first_day=first_day, last_day=last_day, timezone=timezone, destination=destination, formats=formats, mode=mode,
        parallel=parallel, run_as=run_as, rollups=rollups, enrich=enrich, dry_run=dry_run,
    )  # fmt: skip
    database = find_database(postgres_table, postgres_secret)
    with open_export_session(options, credentials) as session:
        review_days(session)
        fill_days(session, credentials)
        confirm_days(session)
        keep_lateness(session)
        load_events(session, database)
        summarise(session)
        return conclude_export(session)


if __name__ == "__main__":
    run_from_command_line(backfill_downloads)
