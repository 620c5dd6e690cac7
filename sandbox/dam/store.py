"""What the DAM holds, in SQLite, so that it survives a restart and a kill."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.dam.schema import CATALOGUE, DONE, SCHEMA, UPGRADE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


class Field(NamedTuple):
    """What can be said of an asset beyond its built-in properties."""

    id: str
    name: str
    data_type: str
    multi_value: bool
    has_fixed_options: bool
    hierarchical: bool
    edit_control: str
    indestructable: bool


class FieldOption(NamedTuple):
    """A value of a field with fixed ones; `parent_id` is None at the top."""

    id: str
    field_id: str
    parent_id: str | None
    value: str
    position: int


class Asset(NamedTuple):
    """An asset with its current file, if there is one: all members from `file_id` on are None together otherwise.

    Times are milliseconds since 1970 UTC, None where it never was in that state.
    """

    id: str
    state: str
    staged_by: str
    staged_ms: int
    pending_ms: int | None
    live_ms: int | None
    modified_ms: int
    file_id: str | None = None
    filename: str | None = None
    file_type: str | None = None
    media_type: str | None = None
    extension: str | None = None
    size: int | None = None
    checksum: str | None = None
    width: int | None = None
    height: int | None = None
    file_added_ms: int | None = None


class AssetValue(NamedTuple):
    """One value of one field of one asset: plain text, or the id of an option."""

    asset_id: str
    field_id: str
    position: int
    value: str


class CollectionAsset(NamedTuple):
    """One asset in one collection. Of collections only their ids are kept: nothing here lists or makes them."""

    asset_id: str
    collection_id: str


class Portal(NamedTuple):
    """A public page that offers assets."""

    id: str
    name: str
    slug: str


class User(NamedTuple):
    """A person, or a program, with an account."""

    id: str
    email: str
    first_name: str
    last_name: str
    type: str


Row = Field | FieldOption | Asset | AssetValue | CollectionAsset | Portal | User
TABLES: dict[str, type[Row]] = {
    "field": Field,
    "field_option": FieldOption,
    "asset": Asset,
    "asset_value": AssetValue,
    "collection_asset": CollectionAsset,
    "portal": Portal,
    "user": User,
}


class Store:
    """The tables. For use from one thread; every statement commits by itself."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # With NORMAL a commit is one write and no fsync: it survives a kill, not a power cut. sqlite.org/pragma.html
        # 64 MB of cache: with SQLite's own 2 MB, adding 50,000 assets is mostly reading pages back.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;")
        self._db.executescript(UPGRADE if self._needs_files() else SCHEMA)

    def _needs_files(self) -> bool:
        """Whether the tables are from the time when every asset had a file."""
        columns = self._db.execute("PRAGMA table_info(asset)")
        return any(name == "file_id" and is_required for _, name, _, is_required, *_ in columns)

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Keep new rows, all or none."""
        places = ", ".join("?" * len(TABLES[table]._fields))
        with self.transaction():
            self._db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - our own names

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing; one inside of another belongs to the outer one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Any statement, with `?` for each of `values`; the rows it gives."""
        return self._db.execute(statement, values).fetchall()

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """The statement for each of these rows; quick only inside of a transaction."""
        self._db.executemany(statement, rows)

    def select(self, table: str, rest: str = "", values: Sequence[Any] = ()) -> list[Any]:
        """Rows of a table; `rest` is what follows `FROM`, with `?` for each of `values`."""
        row = TABLES[table]
        columns = ", ".join(f"{table}.{name}" for name in row._fields)
        found = self._db.execute(f"SELECT {columns} FROM {table} {rest}", values)  # noqa: S608 - no outside text
        return [row._make(one) for one in found]

    def count(self, table: str, rest: str = "", values: Sequence[Any] = ()) -> int:
        """How many rows that would be."""
        return int(self._db.execute(f"SELECT count(*) FROM {table} {rest}", values).fetchone()[0])  # noqa: S608 - as above

    def values_of(self, asset_ids: Sequence[str]) -> list[AssetValue]:
        """All values of these assets, in order."""
        marks = ", ".join("?" * len(asset_ids))
        return self.select(
            "asset_value", f"WHERE asset_id IN ({marks}) ORDER BY asset_id, field_id, position", asset_ids
        )

    def child_counts(self, option_ids: Sequence[str]) -> dict[str, int]:
        """How many options lie directly beneath each of these; those without any are left out."""
        marks = ", ".join("?" * len(option_ids))
        statement = f"SELECT parent_id, count(*) FROM field_option WHERE parent_id IN ({marks}) GROUP BY 1"  # noqa: S608 - marks
        return dict(self._db.execute(statement, option_ids))

    def note(self, name: str) -> str | None:
        """A single fact that was kept."""
        row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def keep_note(self, name: str, value: str) -> None:
        """Keep one, in place of its last value."""
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def batches(self) -> list[str]:
        """Recipes of all download events, as JSON, in the order in which they were added."""
        return [recipe for (recipe,) in self._db.execute("SELECT recipe FROM event_batch ORDER BY number")]

    def add_batch(self, events: int, recipe: str) -> None:
        """Keep the recipe of so many more download events."""
        self._db.execute("INSERT INTO event_batch (events, recipe) VALUES (?, ?)", (events, recipe))

    def events(self) -> int:
        """How many download events all recipes give."""
        return int(self._db.execute("SELECT coalesce(sum(events), 0) FROM event_batch").fetchone()[0])

    def assets_by_state(self) -> dict[str, int]:
        """How many assets are in each state; states without any are left out."""
        return dict(self._db.execute("SELECT state, count(*) FROM asset GROUP BY state"))

    @property
    def changes(self) -> int:
        """Rows changed since it was opened."""
        return self._db.total_changes

    def clear(self, tables: Iterable[str] = ("note", "event_batch", *DONE, *CATALOGUE)) -> None:
        """Forget everything, or these tables."""
        self._db.executescript("".join(f"DELETE FROM {table};" for table in tables))  # noqa: S608 - our own names

    def copy(self) -> sqlite3.Connection:
        """All of it, in memory."""
        copied = sqlite3.connect(":memory:")
        self._db.backup(copied)
        return copied

    def restore(self, copied: sqlite3.Connection) -> None:
        """Everything as in a copy; page by page, so it takes a tenth of the time that writing the rows would."""
        copied.backup(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()
