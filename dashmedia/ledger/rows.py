"""Reading and changing rows of `ledger_items` by key: the statements that claims, transitions and looks share."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, bindparam, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from dashmedia.ledger.records import Item, Key
from dashmedia.ledger.schema import BATCH_ROWS, items

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection, Table

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.states import State

T = TypeVar("T")


class Held(NamedTuple):
    """The columns of a row that decide about a step."""

    destination: str
    sha256: str
    filename: str
    state: State
    failure_retryable: bool | None
    remote_id: str | None
    run_id: str
    owner: str | None

    @property
    def key(self) -> Key:
        """What the ledger finds it by."""
        return Key(self.destination, self.sha256)


_KEY = tuple_(items.c.destination, items.c.sha256)

#: Rows by key, within one destination; goes with the values of `by_destination`.
THESE = (items.c.destination == bindparam("one_destination"), items.c.sha256.in_(bindparam("contents", expanding=True)))
_BY_KEY = select(items).where(*THESE)
_LOCKED = select(*(items.c[name] for name in Held._fields)).where(*THESE).order_by(items.c.sha256).with_for_update()


def insert_into(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which each dialect spells by itself."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def in_batches(many: Iterable[T], rows: int = BATCH_ROWS) -> Iterator[list[T]]:
    """`many` in lists of `rows`, the last shorter; nothing for nothing."""
    rest = iter(many)
    while batch := list(islice(rest, rows)):
        yield batch


def read_items(connection: Connection, keys: Collection[Key]) -> dict[Key, Item]:
    """The rows that exist under `keys`."""
    found = (Item(*row) for values in by_destination(keys) for row in connection.execute(_BY_KEY, values))
    return {item.key: item for item in found}


def lock_items(connection: Connection, keys: Collection[Key]) -> dict[Key, Held]:
    """What steps depend on; nobody else changes these rows before the transaction ends. Locked in the order of keys."""
    found = (Held(*row) for values in by_destination(keys) for row in connection.execute(_LOCKED, values))
    return {row.key: row for row in found}


def by_destination(keys: Iterable[Key]) -> Iterator[dict[str, Any]]:
    """`keys` as the parameters of `THESE`, in the order of keys."""
    # SQLite reads the whole table for `(destination, sha256) IN (…)`, and finds each row for this.
    for destination, group in groupby(sorted(keys), key=lambda key: key.destination):
        yield {"one_destination": destination, "contents": [key.sha256 for key in group]}


def pages_of_items(database: Database, condition: ColumnElement[bool], page: int = BATCH_ROWS) -> Iterator[Item]:
    """Every row that meets `condition`, in the order of keys, `page` rows in memory, no transaction open in between."""
    ordered = select(items).where(condition).order_by(items.c.destination, items.c.sha256).limit(page)
    after = Key("", "")
    while True:
        with database.read() as connection:
            rows = connection.execute(
                ordered.where(tuple_(literal(after.destination), literal(after.sha256)) < _KEY)
            ).all()
        yield from (Item(*row) for row in rows)
        if len(rows) < page:
            return
        after = Key(rows[-1].destination, rows[-1].sha256)
