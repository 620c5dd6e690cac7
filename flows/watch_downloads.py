"""Watch download events that arrive late.

Called by the deployment `watch-downloads` (daily, UI), and by hand: `python -m flows.watch_downloads --recent-days 14`.
"""

from prefect import flow

from dashmedia.exports.options import (
    PARQUET,
    Destination,
    Enrich,
    ExportOptions,
    Formats,
    PostgresSecret,
    PostgresTable,
    RecentDays,
    Rollups,
    Timezone,
)
from dashmedia.exports.outcome import ExportReport
from dashmedia.forms import DashBlock, DryRun
from tasks.command_line import run_from_command_line
from tasks.credentials import DEFAULT_BLOCK
from tasks.dash_sessions import open_export_session
from tasks.database_loads import DEFAULT_SECRET, find_database, load_events
from tasks.downloads import confirm_days, keep_lateness, review_days
from tasks.endings import ends_plainly
from tasks.export_reports import conclude_export
from tasks.shards import fill_days
from tasks.summaries import summarise


@flow(flow_run_name="watch downloads of {recent_days} days")
@ends_plainly
def watch_downloads(
    recent_days: RecentDays = 7,
    timezone: Timezone = "UTC",
    destination: Destination = "exports",
    formats: Formats = PARQUET,
    rollups: Rollups = True,
    enrich: Enrich = True,
    postgres_table: PostgresTable = "",
    postgres_secret: PostgresSecret = DEFAULT_SECRET,
    credentials: DashBlock = DEFAULT_BLOCK,
    dry_run: DryRun = False,
) -> ExportReport:
    """The partitions of recent days hold what the service counts today, and it is known how late events arrive.

    Each day is counted again with one request; only what changed, is missing or cannot be trusted is fetched.

    Args:
        recent_days: So many days up to yesterday in the time zone.
        timezone: Whose days are meant, such as `Europe/Berlin`; the one they were exported with.
        destination: Where the partitions are: a folder on the worker's machine, or a URL such as `s3://bucket/downloads`.
        formats: Files that must be there for each day.
        rollups: Count downloads by day, month, asset, user, type and portal; make a report page and `latest.duckdb`.
        enrich: Add the names of assets, folders, users and portals to these.
        postgres_table: Load each complete day into this table of PostgreSQL as well, replacing the day. Empty: load nowhere.
        postgres_secret: Name of the Secret block with the database's URL, `postgresql://user:password@host/database`; while
            there is none named `downloads-postgres`, DASH_EXPORT_POSTGRES_URL is used.
        credentials: Name of the Dash credentials block; while there is none named `default`, the environment is used.
        dry_run: Count, and say what changed, but write nothing.
    """
    options = ExportOptions(
        recent_days=recent_days, timezone=timezone, destination=destination, formats=formats, mode="verify",
        rollups=rollups, enrich=enrich, dry_run=dry_run,
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
    run_from_command_line(watch_downloads)
