"""The tables. Times are seconds since the epoch, so that both databases store and compare the same numbers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

from dashmedia.ledger.states import State

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect

#: Rows of one statement, and of one page of a long read. SQLite takes 32,766 variables, two a key.
BATCH_ROWS = 1_000

#: Longest text in a key, in bytes of UTF-8. PostgreSQL's index entries end at 2,704 bytes (manual, "B-Tree indexes"), two a key.
KEY_BYTES = 1_200


class Instant(TypeDecorator[datetime]):
    """An aware datetime, to the microsecond; a naive one is refused."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Seconds since the epoch."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone; the ledger takes UTC.")
        return None if value is None else value.timestamp()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Back to UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


def storable(words: str) -> str:
    """`words` as both databases keep them: what is no UTF-8 (names of odd files) and NUL are written as escapes."""
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def as_key(words: str) -> str:
    """`storable`, cut to `KEY_BYTES` with a digest at the end, so that it fits an index and stays one of its kind."""
    kept = storable(words)
    if len(kept.encode()) <= KEY_BYTES:
        return kept
    digest = hashlib.sha256(kept.encode()).hexdigest()[:16]
    return f"{kept.encode()[: KEY_BYTES - 20].decode(errors='ignore')}…{digest}"


class Words(TypeDecorator[str]):
    """Text from outside, kept as `storable` says."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Escaped where it must be."""
        return None if value is None else storable(value)


class StateWord(TypeDecorator[State]):
    """A `State`, stored as its word."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The word."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> State | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Back to the state."""
        return None if value is None else State(value)


#: Keys sort by code point on both sides: two processes that lock overlapping keys in one order cannot deadlock, and a
#: page that ends at a key continues after it.
KEY = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

meta = Table("ledger_meta", metadata, Column("schema_version", Integer, primary_key=True, autoincrement=False))

items = Table(
    "ledger_items",
    metadata,
    Column("destination", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("state", StateWord, nullable=False),
    Column("failure_reason", Words),
    Column("failure_retryable", Boolean),
    Column("source_id", Text, nullable=False),
    Column("uri", Words, nullable=False),
    Column("source_row", BigInteger),
    Column("filename", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False),
    Column("bare_url", Words),
    Column("remote_id", Words),
    Column("source_created_at", Instant, nullable=False),
    Column("details", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

# Both hold only what is in work or left, however many rows are ready.
_held, _left = text("owner IS NOT NULL"), text("state <> 'ready'")
Index("ledger_items_held", items.c.owner, items.c.run_id, sqlite_where=_held, postgresql_where=_held)
Index("ledger_items_left", items.c.destination, items.c.sha256, sqlite_where=_left, postgresql_where=_left)

history = Table(
    "ledger_history",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("destination", KEY, nullable=False),
    Column("sha256", KEY, nullable=False),
    Column("at", Instant, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Words),
    Index("ledger_history_of_item", "destination", "sha256", "id"),
)

uploads = Table(
    "ledger_uploads",
    metadata,
    Column("service", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("bare_url", Words, nullable=False),
    Column("etag", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)

open_uploads = Table(
    "ledger_open_uploads",
    metadata,
    Column("destination", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("request_key", Text, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("asset_id", Text),
    Column("upload_id", Text),
    Column("part_ends", JSON),
)

parts = Table(
    "ledger_parts",
    metadata,
    Column("destination", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("upload_id", KEY, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

fields_written = Table(
    "ledger_fields_written",
    metadata,
    Column("destination", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

refusals = Table(
    "ledger_refusals",
    metadata,
    Column("source", KEY, primary_key=True),
    Column("uri", KEY, primary_key=True),
    Column("source_row", BigInteger),
    Column("rule", Text, nullable=False),
    Column("seen", Words, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("run_id", Text, nullable=False),
)

jobs = Table(
    "ledger_jobs",
    metadata,
    Column("request_key", KEY, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
)

runs = Table(
    "ledger_runs",
    metadata,
    Column("run_id", KEY, primary_key=True),
    Column("flow", Words, nullable=False),
    Column("source", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("counts", JSON),
    Index("ledger_runs_of_source", "source", "started"),
)
