"""Complete days loaded into PostgreSQL; where it is comes from a secret, never from a parameter that the UI shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prefect import task
from prefect.cache_policies import NO_CACHE

from dashmedia.exports.loading import load_days
from dashmedia.exports.postgres import count_loaded, place_words
from tasks.database_secret import DEFAULT_SECRET, database_url
from tasks.summaries import told

if TYPE_CHECKING:
    from pydantic import SecretStr

    from dashmedia.exports.session import ExportSession

__all__ = ["DEFAULT_SECRET", "Database", "find_database", "load_complete_days", "load_events"]


class Database(NamedTuple):
    """A table, and the URL of its database."""

    table: str
    url: SecretStr


def find_database(table: str, secret: str = DEFAULT_SECRET) -> Database | None:
    """Where to load, asked once whether it answers; None when no table is wanted.

    Raises:
        SettingsError: there is no URL, or it is not one of PostgreSQL.
        LoadError: the database refused, or the table there has other columns.
    """
    if not table:
        return None
    database = Database(table, database_url(secret))
    count_loaded(database.url.get_secret_value(), table)
    return database


def load_events(session: ExportSession, database: Database | None) -> None:
    """Bring the complete days of the run into the database, where that is wanted."""
    if database is not None and not session.dry_run and session.complete:
        load_complete_days(session, database)


@task(task_run_name="load days", cache_policy=NO_CACHE)
def load_complete_days(session: ExportSession, database: Database) -> None:
    """Replace each day that this run exported, or that the table counts otherwise, in one transaction a day."""
    url = database.url.get_secret_value()
    with told(session, "Not every day was loaded"):
        loads = load_days(session.options.destination, session.complete, session.exported, url, database.table)
        where = f"table {database.table} of {place_words(url)}"
        session.made["loaded"] = f"{loads.days:,} days, {loads.rows:,} events into {where}"
