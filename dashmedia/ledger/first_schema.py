"""The tables of version 1, as they were released. Never edited: every upgrade begins with these.

Types are spelled out here, because `schema.py` moves on.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Index, Integer, MetaData, Table, Text, text

KEY = Text().with_variant(Text(collation="C"), "postgresql")

first = MetaData()

Table("ledger_meta", first, Column("schema_version", Integer, primary_key=True, autoincrement=False))

_HELD, _LEFT = text("owner IS NOT NULL"), text("state <> 'ready'")

Table(
    "ledger_items",
    first,
    Column("destination", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("state", Text, nullable=False),
    Column("failure_reason", Text),
    Column("failure_retryable", Boolean),
    Column("source_id", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("source_row", BigInteger),
    Column("filename", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("md5", Text, nullable=False),
    Column("bare_url", Text),
    Column("remote_id", Text),
    Column("source_created_at", Double, nullable=False),
    Column("details", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("owner", Text),
    Column("lease_until", Double),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
    Index("ledger_items_held", "owner", "run_id", sqlite_where=_HELD, postgresql_where=_HELD),
    Index("ledger_items_left", "destination", "sha256", sqlite_where=_LEFT, postgresql_where=_LEFT),
)

Table(
    "ledger_history",
    first,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("destination", KEY, nullable=False),
    Column("sha256", KEY, nullable=False),
    Column("at", Double, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text),
    Index("ledger_history_of_item", "destination", "sha256", "id"),
)

Table(
    "ledger_uploads",
    first,
    Column("service", KEY, primary_key=True),
    Column("sha256", KEY, primary_key=True),
    Column("bare_url", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("at", Double, nullable=False),
)

Table(
    "ledger_refusals",
    first,
    Column("source", KEY, primary_key=True),
    Column("uri", KEY, primary_key=True),
    Column("source_row", BigInteger),
    Column("rule", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("first_seen", Double, nullable=False),
    Column("last_seen", Double, nullable=False),
    Column("run_id", Text, nullable=False),
)

Table(
    "ledger_jobs",
    first,
    Column("request_key", KEY, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("submitted_at", Double, nullable=False),
)

Table(
    "ledger_runs",
    first,
    Column("run_id", KEY, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("counts", JSON),
    Index("ledger_runs_of_source", "source", "started"),
)
