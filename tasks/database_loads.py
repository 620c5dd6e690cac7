"""Complete days loaded into PostgreSQL; where it is comes from a secret, never from a parameter that the UI shows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, cast

from prefect import task
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from dashmedia.errors import SettingsError
from dashmedia.exports.loading import load_days
from dashmedia.exports.postgres import count_loaded, place_words
from tasks.summaries import told

if TYPE_CHECKING:
    from dashmedia.exports.session import ExportSession

#: What a flow looks for when nobody names a Secret block, and what takes its place while there is none.
DEFAULT_SECRET = "downloads-postgres"  # noqa: S105 - a name, not a secret
VARIABLE = "DASH_EXPORT_POSTGRES_URL"


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
    database = Database(table, SecretStr(_url(secret)))
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


def _url(secret: str) -> str:
    try:
        return str(cast("Secret[str]", Secret.load(secret)).get())
    except ValueError as error:
        if secret != DEFAULT_SECRET or not os.environ.get(VARIABLE):
            raise SettingsError(
                f"There is no Secret block named {secret} with the URL of the database. Make it in the UI under Blocks as "
                f"postgresql://user:password@host/database, or leave the parameter at its default and set {VARIABLE}."
            ) from error
        return os.environ[VARIABLE]
