"""What the library holds, in SQLite, so that it survives a restart and a kill."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: The first ids of the contract's examples; real ones are near these.
FIRST_ID = 700_000_001

SCHEMA = """
CREATE TABLE IF NOT EXISTS upload_url (
    object_key TEXT PRIMARY KEY, filename TEXT NOT NULL, content_type TEXT NOT NULL, issued_unix_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY, brand_id INTEGER NOT NULL, source_id TEXT NOT NULL, url TEXT NOT NULL, meta TEXT NOT NULL,
    source_created_at TEXT NOT NULL, created_at TEXT NOT NULL, created_unix_s REAL NOT NULL,
    object_key TEXT, kind TEXT NOT NULL, width INTEGER, height INTEGER, duration_s REAL,
    size INTEGER, md5 TEXT, sha256 TEXT, media_group INTEGER NOT NULL,
    is_readable INTEGER NOT NULL, phase TEXT NOT NULL, looks INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS media_by_source ON media (brand_id, source_id);
CREATE INDEX IF NOT EXISTS media_by_date ON media (brand_id, source_created_at DESC, id ASC);
CREATE INDEX IF NOT EXISTS media_by_bytes ON media (brand_id, sha256);
"""


class Phase(StrEnum):
    """How far processing is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Record(NamedTuple):
    """One media of one brand; times are UTC, naive ISO seconds, as the service shows them.

    A named tuple: a list of 99 makes 99 of them, and a frozen dataclass of this width is ten times dearer to make.

    Attributes:
        object_key: of our bucket; None for a foreign URL, about whose bytes nothing is known.
        kind: `IMAGE` or `VIDEO`.
        media_group: id of the first record of this brand with these bytes.
        is_readable: False for bytes that are neither an image nor an MP4.
        looks: how often it was shown while pending.
    """

    id: int
    brand_id: int
    source_id: str
    url: str
    meta: str
    source_created_at: str
    created_at: str
    created_unix_s: float
    object_key: str | None
    kind: str
    width: int | None
    height: int | None
    duration_s: float | None
    size: int | None
    md5: str | None
    sha256: str | None
    media_group: int
    is_readable: bool
    phase: Phase
    looks: int

    @property
    def meta_object(self) -> dict[str, Any]:
        """`meta` as it was sent."""
        return dict(json.loads(self.meta))


COLUMNS = Record._fields
INSERT = f"INSERT INTO media ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)})"  # noqa: S608 - our own names


class Store:
    """The tables. For use from one thread; every statement commits by itself."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        # With NORMAL a commit is one write and no fsync: it survives a kill, not a power cut. sqlite.org/pragma.html
        self._db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {SCHEMA}")
        self._next_id = self._one("SELECT coalesce(max(id) + 1, ?) FROM media", FIRST_ID)

    def issue(self, object_key: str, filename: str, content_type: str, now: float) -> bool:
        """Keep an issued upload URL; False when that key was issued before."""
        statement = "INSERT OR IGNORE INTO upload_url VALUES (?, ?, ?, ?)"
        return self._db.execute(statement, (object_key, filename, content_type, now)).rowcount == 1

    def next_id(self) -> int:
        """A fresh media id."""
        self._next_id += 1
        return self._next_id - 1

    def add(self, record: Record) -> None:
        """Keep a new media."""
        self._db.execute(INSERT, record._asdict())

    def by_source(self, brand_id: int, source_id: str) -> Record | None:
        """The first record with this `source_id`."""
        return self._first("WHERE brand_id = ? AND source_id = ? ORDER BY id", brand_id, source_id)

    def by_bytes(self, brand_id: int, sha256: str) -> Record | None:
        """The first record with these bytes."""
        return self._first("WHERE brand_id = ? AND sha256 = ? ORDER BY id", brand_id, sha256)

    def get(self, brand_id: int, media_id: int) -> Record | None:
        """One record."""
        return self._first("WHERE brand_id = ? AND id = ?", brand_id, media_id)

    def page(self, brand_id: int, start: str, end: str, *, limit: int, offset: int) -> list[Record]:
        """Records with `source_created_at` in `[start, end)`, the latest first, equal ones by id."""
        return self._records(
            "WHERE brand_id = ? AND source_created_at >= ? AND source_created_at < ? "
            "ORDER BY source_created_at DESC, id LIMIT ? OFFSET ?",
            *(brand_id, start, end, limit, offset),
        )

    def count(self, brand_id: int, start: str, end: str) -> int:
        """How many records all those pages have."""
        where = "WHERE brand_id = ? AND source_created_at >= ? AND source_created_at < ?"
        return self._one(f"SELECT count(*) FROM media {where}", brand_id, start, end)  # noqa: S608 - no outside text

    def everything(self) -> list[Record]:
        """All records, by id."""
        return self._records("ORDER BY id")

    def look(self, ids: Iterable[int]) -> None:
        """Count a look at each of these."""
        self._db.executemany("UPDATE media SET looks = looks + 1 WHERE id = ?", ((one,) for one in ids))

    def settle(self, phase: Phase, ids: Iterable[int]) -> None:
        """Processing of these has ended."""
        self._db.executemany("UPDATE media SET phase = ? WHERE id = ?", ((phase, one) for one in ids))

    def counts(self) -> dict[str, int]:
        """Media by brand."""
        return {str(brand): n for brand, n in self._db.execute("SELECT brand_id, count(*) FROM media GROUP BY 1")}

    def issued(self) -> int:
        """How many upload URLs were issued."""
        return self._one("SELECT count(*) FROM upload_url")

    def clear(self) -> None:
        """Forget all media and all upload URLs. Ids are not used again."""
        self._db.executescript("DELETE FROM media; DELETE FROM upload_url;")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _one(self, statement: str, *values: Any) -> int:
        with closing(self._db.execute(statement, values)) as rows:
            return int(rows.fetchone()[0])

    def _first(self, rest: str, *values: Any) -> Record | None:
        return next(iter(self._records(f"{rest} LIMIT 1", *values)), None)

    def _records(self, rest: str, *values: Any) -> list[Record]:
        rows = self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM media {rest}", values)  # noqa: S608 - no outside text
        return [Record._make(row) for row in rows]
