"""Partitions in PostgreSQL: one table, in which a day's events are replaced in one transaction."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from sqlalchemy import (
    TIMESTAMP,
    Column,
    Connection,
    Date,
    Index,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    delete,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dashmedia.errors import LoadError, SettingsError
from dashmedia.exports.encoding import GROUP_ROWS
from dashmedia.exports.events import EVENT_SCHEMA
from dashmedia.ledger.database import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import pandas as pd
    from sqlalchemy import URL, Engine

#: How long PostgreSQL may take to answer a new connection, in seconds.
CONNECT_S = 10

#: As PostgreSQL reads it, whatever the time zone of its session.
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Loaded(NamedTuple):
    """Rows of the day that are there now, and rows of it that were there before."""

    rows: int
    replaced: int


def load_partition(url: str, table: str, frame: pd.DataFrame, day: date) -> Loaded:
    """The table holds exactly these events for the day; loaded twice, it is the same.

    The table is made if there is none: `day` (of the partition's zone), the columns of `EVENT_DTYPES`, `downloaded_at`
    as timestamptz, `event_id` as its key. So an event of another day, as of another zone, is refused and not doubled.
    Others see the old events until all new ones are there. Two loads of one table take turns.

    Args:
        url: `postgresql://user:password@host/database`.
        table: its name, with the schema and a dot before it where it needs one.
        frame: of `read_partition`.
        day: of the partition.

    Raises:
        SettingsError: the URL is not one of PostgreSQL.
        LoadError: the database refused, or the table there has other columns; nothing was changed.
    """
    target, place = _table(table), _locate(url)
    events = pa.Table.from_pandas(frame, EVENT_SCHEMA, preserve_index=False)
    with _load_errors(place), _engine(place).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(table)})
        target.create(connection, checkfirst=True)
        _require_columns(connection, target, place)
        replaced = connection.execute(delete(target).where(target.c.day == day)).rowcount
        _copy(
            connection,
            target,
            events.add_column(0, pa.field("day", pa.date32()), pa.repeat(pa.scalar(day), len(events))),
        )
    return Loaded(len(events), replaced)


def count_loaded(url: str, table: str) -> dict[date, int]:
    """Events in the table by day; none where there is no table yet, or none of a day.

    Args:
        url: as for `load_partition`.
        table: as for `load_partition`.

    Raises:
        SettingsError: the URL is not one of PostgreSQL.
        LoadError: the database refused, or the table there has other columns.
    """
    target, place = _table(table), _locate(url)
    with _load_errors(place), _engine(place).connect() as connection:
        if not inspect(connection).has_table(target.name, target.schema):
            return {}
        _require_columns(connection, target, place)
        counted = select(target.c.day, func.count().label("events")).group_by(target.c.day)
        rows = connection.execute(counted)
        return {row.day: row.events for row in rows}


def place_words(url: str) -> str:
    """The database as messages name it, without user and password.

    Raises:
        SettingsError: the URL is not one of PostgreSQL.
    """
    return place_of(_locate(url))


def _engine(place: URL) -> Engine:
    connect = {"connect_timeout": CONNECT_S, "application_name": "dashmedia exports"}
    return create_engine(place, poolclass=NullPool, connect_args=connect, hide_parameters=True)


def _table(name: str) -> Table:
    schema, _, bare = name.rpartition(".")
    columns = [
        Column(
            field.name,
            TIMESTAMP(timezone=True) if pa.types.is_timestamp(field.type) else Text(),
            nullable=field.nullable,
            primary_key=field.name == "event_id",
        )
        for field in EVENT_SCHEMA
    ]
    table = Table(bare, MetaData(), Column("day", Date, nullable=False), *columns, schema=schema or None)
    for column in ("day", "downloaded_at"):
        Index(f"{bare}_{column}", table.c[column])
    return table


def _locate(url: str) -> URL:
    try:
        found = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        found = None  # not chained below: SQLAlchemy's message may quote the URL, and the URL may hold a password
    if found is None or found.get_backend_name() != "postgresql":
        raise SettingsError(
            "The database's URL is not one of PostgreSQL. Expected postgresql://user:password@host/database with special "
            "characters percent-encoded."
        )
    return found.set(drivername="postgresql+psycopg")


@contextmanager
def _load_errors(place: URL) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        words = str(getattr(error, "orig", None) or error)
        if place.password:
            words = words.replace(str(place.password), "***")
        raise LoadError(place_of(place), words) from error


def _lock_key(table: str) -> int:
    """The same number for the same table on every machine."""
    return int.from_bytes(hashlib.sha256(f"dashmedia {table}".encode()).digest()[:8], "big", signed=True)


def _require_columns(connection: Connection, target: Table, place: URL) -> None:
    there = {
        one["name"]: str(one["type"].compile(connection.dialect))
        for one in inspect(connection).get_columns(target.name, target.schema)
    }
    wanted = {one.name: str(one.type.compile(connection.dialect)) for one in target.columns}
    if there != wanted:
        differing = sorted(name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name))
        raise LoadError(
            place_of(place), f"table {target.fullname} has other columns than expected: {', '.join(differing)}"
        )


def _copy(connection: Connection, target: Table, rows: pa.Table) -> None:
    names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in rows.column_names)
    whole = connection.dialect.identifier_preparer.format_table(target)
    at = rows.schema.get_field_index("downloaded_at")
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {whole} ({names}) FROM STDIN (FORMAT csv)") as copy:
        for start in range(0, len(rows), GROUP_ROWS):
            group = rows.slice(start, GROUP_ROWS)
            spelled = pc.strftime(group.column(at), format=_TIME)
            copy.write(_csv(group.set_column(at, "downloaded_at", spelled)))


def _csv(rows: pa.Table) -> bytes:
    sink = BytesIO()
    pa_csv.write_csv(rows, sink, pa_csv.WriteOptions(include_header=False))
    return sink.getvalue()
