"""The schema's version: made once, upgraded step by step, refused when it is newer than this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, text, update

from dashmedia.errors import LedgerError
from dashmedia.ledger.first_schema import first
from dashmedia.ledger.promotion_upgrade import add_promotions
from dashmedia.ledger.schema import meta, metadata
from dashmedia.ledger.upgrade_steps import add_fields_written, add_job_leases, add_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    Step = Callable[[Connection], None]

#: `STEPS[0]` turns version 1 into 2, and so on. A step is a plain function of the connection, is never edited once it
#: was released, and names tables in its own SQL, because `schema.py` moves on.
STEPS: Sequence[Step] = (add_parts, add_promotions, add_job_leases, add_fields_written)

#: The version that this program works with.
NEWEST = len(STEPS) + 1

#: Any number that nobody else locks: two processes that open a new PostgreSQL ledger at once take turns here.
CREATION_LOCK = 0x6461_7368


def prepare(connection: Connection, place: str, *, create: bool = True, steps: Sequence[Step] = STEPS) -> int:
    """Bring the schema to the newest version.

    Args:
        connection: in a write transaction.
        place: how messages name the ledger.
        create: whether an absent ledger is made.
        steps: upgrades from version 1 on; the newest version is one more than there are.

    Returns:
        The version found before; 0 for a new ledger.

    Raises:
        LedgerError: it is absent and `create` is false, of a newer version, or the file is another program's.
    """
    lock_schema(connection)
    newest = len(steps) + 1
    found = find_version(connection, place, create=create)
    refuse_newer(found, place, newest)
    if found == 0:
        metadata.create_all(connection)
        connection.execute(meta.insert(), {"schema_version": newest})
    elif found < newest:
        _upgrade(connection, steps[found - 1 :], newest)
    return found


def lock_schema(connection: Connection) -> None:
    """Take turns with others who make or change the tables, until the transaction ends; SQLite lets one write anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATION_LOCK})


def refuse_newer(found: int, place: str, newest: int = NEWEST) -> None:
    """Raises `LedgerError` when this program is too old for that version."""
    if found > newest:
        raise LedgerError(
            f"The ledger at {place} has schema version {found}; this program knows versions up to {newest}. "
            "Nothing was changed; use the newer program that made it."
        )


def make_version(connection: Connection, version: int) -> None:
    """Make the empty tables of a version from 1 to `NEWEST`, as a ledger of that time has them; none may be there."""
    if version == NEWEST:
        metadata.create_all(connection)
    else:
        first.create_all(connection)
        for step in STEPS[: version - 1]:
            step(connection)
    connection.execute(meta.insert(), {"schema_version": version})


def find_version(connection: Connection, place: str, *, create: bool) -> int:
    """The version that is there; 0 when there is no ledger and one may be made.

    Raises:
        LedgerError: there is none and `create` is false, or the file is another program's.
    """
    tables = inspect(connection).get_table_names()
    if meta.name in tables:
        return int(connection.execute(select(meta.c.schema_version)).scalar_one())
    if not create:
        raise LedgerError(f"There is no ledger at {place} yet. The first run makes it; or name another one.")
    # A PostgreSQL database may be shared; a file is one program's.
    if tables and connection.dialect.name == "sqlite":
        raise LedgerError(
            f"The file {place} is another program's database: it has the tables {', '.join(sorted(tables)[:3])}. "
            "Expected a ledger or nothing; name another file."
        )
    return 0


def _upgrade(connection: Connection, steps: Sequence[Step], newest: int) -> None:
    for step in steps:
        step(connection)
    connection.execute(update(meta).values(schema_version=newest))
