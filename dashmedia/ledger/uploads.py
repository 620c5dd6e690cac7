"""Bytes that a service's storage holds already: sent once per content, whatever the number of brands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from dashmedia.ledger.records import Upload
from dashmedia.ledger.rows import in_batches, insert_into
from dashmedia.ledger.schema import uploads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection


def read_uploads(connection: Connection, service: str, contents: Collection[str]) -> dict[str, Upload]:
    """The uploads that exist, by SHA-256."""
    columns = (uploads.c.sha256, uploads.c.bare_url, uploads.c.etag, uploads.c.bytes, uploads.c.at)
    found: dict[str, Upload] = {}
    for batch in in_batches(contents):
        rows = connection.execute(select(*columns).where(uploads.c.service == service, uploads.c.sha256.in_(batch)))
        found.update((row.sha256, Upload(*row)) for row in rows)
    return found


def keep_uploads(connection: Connection, service: str, kept: Iterable[Upload], now: datetime) -> None:
    """Remember them, at least one; a later upload of the same content replaces the earlier.

    Raises:
        ValueError: a URL has a query, so that it may be a signed one.
    """
    # In the order of keys: two transactions that keep the same contents wait for each other in one order.
    rows = [_values(service, upload, now) for upload in sorted(kept, key=lambda upload: upload.sha256)]
    insert = insert_into(connection.dialect.name, uploads)
    new = {name: insert.excluded[name] for name in ("bare_url", "etag", "bytes", "at")}
    connection.execute(insert.on_conflict_do_update(index_elements=["service", "sha256"], set_=new), rows)


def _values(service: str, upload: Upload, now: datetime) -> dict[str, Any]:
    if "?" in upload.bare_url:
        raise ValueError(f"The bare URL of {upload.sha256[:12]} has a query; expected none, it may be a signature.")
    return asdict(upload) | {"service": service, "at": now}
