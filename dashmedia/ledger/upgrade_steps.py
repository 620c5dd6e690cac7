"""Each step from one version of the schema to the next, as it was released. Never edited, only added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add_parts(connection: Connection) -> None:
    """1 to 2: uploads that are under way, and a receipt for each part that arrived."""
    key = 'TEXT COLLATE "C"' if connection.dialect.name == "postgresql" else "TEXT"
    content = f"destination {key} NOT NULL, sha256 {key} NOT NULL"
    connection.execute(
        text(
            f"CREATE TABLE ledger_open_uploads ({content}, request_key TEXT NOT NULL, "
            "submitted_at DOUBLE PRECISION NOT NULL, asset_id TEXT, upload_id TEXT, part_ends JSON, "
            "PRIMARY KEY (destination, sha256))"
        )
    )
    connection.execute(
        text(
            f"CREATE TABLE ledger_parts ({content}, upload_id {key} NOT NULL, number INTEGER NOT NULL, "
            "bytes BIGINT NOT NULL, md5 TEXT NOT NULL, etag TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, "
            "PRIMARY KEY (destination, sha256, upload_id, number))"
        )
    )


def add_job_leases(connection: Connection) -> None:
    """3 to 4: who is submitting a job, and until when. Earlier rows were only written after the answer."""
    connection.execute(text("ALTER TABLE ledger_jobs ADD COLUMN owner TEXT"))
    connection.execute(text("ALTER TABLE ledger_jobs ADD COLUMN lease_until DOUBLE PRECISION"))
    connection.execute(text("UPDATE ledger_jobs SET state = 'submitted'"))


def add_fields_written(connection: Connection) -> None:
    """4 to 5: which metadata was written to which asset."""
    key = 'TEXT COLLATE "C"' if connection.dialect.name == "postgresql" else "TEXT"
    connection.execute(
        text(
            f"CREATE TABLE ledger_fields_written (destination {key} NOT NULL, sha256 {key} NOT NULL, "
            "digest TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, PRIMARY KEY (destination, sha256))"
        )
    )
