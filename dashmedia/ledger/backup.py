"""Backing a ledger up, and restoring it, here or in another kind of database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, MetaData, Table, func, inspect, select, text

from dashmedia import __version__
from dashmedia.errors import LedgerError
from dashmedia.ledger.archive import Manifest, new_archive, open_archive
from dashmedia.ledger.database import Database, locate, require_existing
from dashmedia.ledger.gaps import note_gap
from dashmedia.ledger.owners import is_gone, this_owner
from dashmedia.ledger.promotion_schema import plans
from dashmedia.ledger.schema import BATCH_ROWS, meta
from dashmedia.ledger.upgrades import find_version, lock_schema, make_version, prepare, refuse_newer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from dashmedia.ledger.archive import Archive, ArchiveWriter, TableFacts

#: Every table of the newest version by name; those of promotions are added by their own module, hence through one of them.
TABLES = plans.metadata.tables


def back_up(url: str | Path | None, to: Path, *, replace: bool = False) -> Manifest:
    """Write the whole ledger to one file, as it is at one moment. Runs may be at work: they are not kept waiting.

    Args:
        url: see `Ledger.open`.
        to: the file.
        replace: whether a file of that name may go.

    Raises:
        LedgerError: there is no ledger, it is newer than this program, or the file is there or cannot be written.
    """
    if to.exists() and not replace:
        raise LedgerError(f"There is a file {to} already. Nothing was written; name another, or replace it.")
    where = locate(url)
    require_existing(where)
    database = Database(where)
    try:
        with database.snapshot() as connection, new_archive(to) as archive:
            return _write(connection, database.place, archive)
    finally:
        database.close()


def _write(connection: Connection, place: str, archive: ArchiveWriter) -> Manifest:
    version = find_version(connection, place, create=False)
    refuse_newer(version, place)
    made_at = datetime.now(UTC)
    tables = {name: _write_table(connection, archive, name) for name in _kept(connection)}
    manifest = Manifest(schema_version=version, made_at=made_at, made_by=__version__, tables=tables)
    archive.finish(manifest)
    return manifest


def _write_table(connection: Connection, archive: ArchiveWriter, name: str) -> TableFacts:
    table = _as_it_is(connection, name)
    # By key, so that two archives of one state are alike.
    rows = connection.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": BATCH_ROWS})
    return archive.add_table(name, table.columns.keys(), rows)


def _kept(connection: Connection) -> list[str]:
    """Tables of ours that are there, without the version's: that is in the manifest."""
    there = set(inspect(connection).get_table_names())
    return [name for name in TABLES if name in there and name != meta.name]


def _as_it_is(connection: Connection, name: str) -> Table:
    """A table as the database has it, whatever version it is of; values are the database's own."""
    table = Table(name, MetaData(), autoload_with=connection)
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)
    return table


def restore(url: str | Path | None, archive_path: Path, *, replace: bool = False) -> Manifest:
    """Make the ledger what the archive holds, upgraded to the newest version; all of it, or nothing at all.

    What was done after the archive was made, this ledger does not know, and that is written down in it: runs look before they
    create, until it is trusted again (`gaps`).

    Args:
        url: see `Ledger.open`.
        archive_path: from `back_up`, of this kind of database or of the other.
        replace: whether a ledger that holds something may go.

    Raises:
        LedgerError: the archive is damaged or newer than this program, or the ledger is not empty, or in use.
    """
    with open_archive(archive_path) as archive:
        refuse_newer(archive.manifest.schema_version, f"{archive_path} (an archive)")
        database = Database(locate(url))
        try:
            with database.write() as connection:
                lock_schema(connection)
                _make_room(connection, database.place, replace=replace)
                make_version(connection, archive.manifest.schema_version)
                for name in archive.manifest.tables:
                    _load(connection, archive, name)
                prepare(connection, database.place, create=False)
                note_gap(connection, archive.manifest.made_at, datetime.now(UTC), this_owner())
        finally:
            database.close()
        return archive.manifest


def _make_room(connection: Connection, place: str, *, replace: bool) -> None:
    found = find_version(connection, place, create=True)
    if found == 0:
        return
    refuse_newer(found, place)
    tables = {name: _as_it_is(connection, name) for name in _kept(connection)}
    rows = sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables.values())
    if rows and not replace:
        raise LedgerError(
            f"The ledger at {place} holds {rows:,} rows already. Nothing was restored; name a database without a ledger, or "
            "say that it may be replaced (back it up first)."
        )
    for run_id in _at_work(connection, tables.values()):
        raise LedgerError(
            f"Run {run_id} is at work on the ledger at {place}. Nothing was restored; wait until it has ended, or cancel it "
            "and wait two minutes."
        )
    for table in (*tables.values(), meta):
        table.drop(connection)


def _at_work(connection: Connection, tables: Any) -> Iterator[str]:
    """Runs that hold something and may be alive."""
    now = datetime.now(UTC).timestamp()
    for table in tables:
        if {"owner", "lease_until"} <= set(table.columns.keys()):
            held = select(table.c.run_id, table.c.owner).distinct().where(table.c.lease_until > now)
            yield from (run_id for run_id, owner in connection.execute(held) if owner and not is_gone(owner))


def _load(connection: Connection, archive: Archive, name: str) -> None:
    """Fill one empty table.

    Raises:
        ValueError: it is not a table of that version.
    """
    if name not in _kept(connection):
        raise ValueError(f"{name} is no table of schema version {archive.manifest.schema_version}")
    table = _as_it_is(connection, name)
    if set(archive.manifest.tables[name].columns) != set(table.columns.keys()):
        raise ValueError(f"{name} has other columns than schema version {archive.manifest.schema_version} gives it")
    for rows in archive.rows(name):
        connection.execute(table.insert(), rows)
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        # Numbers that were given from outside do not move the sequence.
        top = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) FROM {name}"  # noqa: S608  # a name of ours
        connection.execute(text(top))
