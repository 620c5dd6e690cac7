"""The schema's version: made once, upgraded step by step, refused when it is newer than this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select, text, update

from dashmedia.errors import LedgerError
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
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATION_LOCK})
    newest = len(steps) + 1
    found = _version(connection, place, create=create)
    if found > newest:
        raise LedgerError(
            f"The ledger at {place} has schema version {found}; this program knows versions up to {newest}. "
            "Nothing was changed; use the newer program that made it."
        )
    if found == 0:
        metadata.create_all(connection)
        connection.execute(meta.insert(), {"schema_version": newest})
    elif found < newest:
        _upgrade(connection, steps[found - 1 :], newest)
    return found


def _version(connection: Connection, place: str, *, create: bool) -> int:
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
