"""Uploads in parts that are under way: which asset, which upload, and a receipt for each part that arrived.

A row is written with the step to `submitted`, before the job that makes the asset is sent, and removed with the step to
`ready`. No signed URL is ever kept.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, select, text

from dashmedia.ledger.destinations import versioned_asset
from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.records import Key, OpenUpload, PartReceipt, Waiting
from dashmedia.ledger.rows import by_destination, in_batches, insert_into
from dashmedia.ledger.schema import items, open_uploads, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Table

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.records import Run

_FACTS = ("request_key", "submitted_at", "asset_id", "upload_id", "part_ends")


class OpenUploads:
    """What is kept of them.

    Args:
        database: of the ledger.
        now: its clock.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def read(self, keys: Collection[Key]) -> dict[Key, OpenUpload]:
        """Those that exist."""
        table = open_uploads.c
        chosen = select(table.destination, table.sha256, *(table[name] for name in _FACTS))
        with self._database.read() as connection:
            rows = [row for these in _those(open_uploads, keys) for row in connection.execute(chosen.where(these))]
        return {Key(*row[:2]): OpenUpload(*row[2:]) for row in rows}

    def receipts(self, key: Key, upload_id: str) -> dict[int, PartReceipt]:
        """The parts that arrived, by number."""
        chosen = select(parts.c.number, parts.c.bytes, parts.c.md5, parts.c.etag)
        of_upload = and_(*_those(parts, [key]), parts.c.upload_id == upload_id)
        with self._database.read() as connection:
            return {
                row.number: PartReceipt(key, upload_id, *row) for row in connection.execute(chosen.where(of_upload))
            }

    def keep_receipts(self, receipts: Sequence[PartReceipt]) -> None:
        """Remember parts that arrived, at least one, in one transaction; the same part again replaces the first."""
        # In the order of keys: two transactions that keep the same parts wait for each other in one order.
        rows = [
            _values(one, self._now()) for one in sorted(receipts, key=lambda one: (one.key, one.upload_id, one.number))
        ]
        with self._database.write() as connection:
            insert = insert_into(connection.dialect.name, parts)
            new = {name: insert.excluded[name] for name in ("bytes", "md5", "etag", "at")}
            place = ["destination", "sha256", "upload_id", "number"]
            connection.execute(insert.on_conflict_do_update(index_elements=place, set_=new), rows)

    def owners(self, asset_ids: Collection[str]) -> dict[str, Key]:
        """Whose upload each of `asset_ids` belongs to, in any run; without those that belong to none."""
        with self._database.read() as connection:
            return _owners(connection, asset_ids)

    def waiting(self, run: Run, lost: Collection[Key]) -> Waiting:
        """How many others than `lost` wait for an asset that was asked for in the same destination.

        Args:
            run: whose rows count as left behind: while it looks, it asks for nothing.
            lost: of one destination, at least one.
        """
        now, may_live = self._now(), cache(lambda owner: not is_gone(owner))
        same = and_(items.c.destination == open_uploads.c.destination, items.c.sha256 == open_uploads.c.sha256)
        asked = and_(
            open_uploads.c.destination == next(iter(lost)).destination,
            open_uploads.c.asset_id.is_(None),
            open_uploads.c.request_key != "",
        )
        holders = (
            select(items.c.destination, items.c.sha256, items.c.run_id, items.c.owner, items.c.lease_until)
            .join_from(open_uploads, items, same)
            .where(asked)
        )
        with self._database.read() as connection:
            rows = connection.execute(holders).all()
        others = [row for row in rows if Key(row.destination, row.sha256) not in lost]
        held = sum(
            row.owner is not None
            and (row.run_id, row.owner) != (run.id, run.owner)
            and row.lease_until > now
            and may_live(row.owner)
            for row in others
        )
        return Waiting(held=held, left=len(others) - held)


def keep(connection: Connection, opened: Mapping[Key, OpenUpload]) -> None:
    """Keep one for each key, in place of the last; receipts of another upload of it are forgotten."""
    rows = [{"destination": key.destination, "sha256": key.sha256} | asdict(opened[key]) for key in sorted(opened)]
    if not rows:
        return
    insert = insert_into(connection.dialect.name, open_uploads)
    new = {name: insert.excluded[name] for name in _FACTS}
    connection.execute(insert.on_conflict_do_update(index_elements=["destination", "sha256"], set_=new), rows)
    for key, one in opened.items():
        connection.execute(delete(parts).where(*_those(parts, [key]), parts.c.upload_id != (one.upload_id or "")))


def taken(connection: Connection, opened: Mapping[Key, OpenUpload]) -> set[Key]:
    """Those of `opened` whose asset is another content's, here too; nobody takes one more before the transaction ends."""
    wanted = [
        (key, one.asset_id) for key, one in opened.items() if one.asset_id and not versioned_asset(key.destination)
    ]
    if not wanted:
        return set()
    if connection.dialect.name == "postgresql":
        # Two transactions that take the same asset for two contents would not see one another; SQLite lets in only one.
        connection.execute(text(f"LOCK TABLE {open_uploads.name} IN SHARE ROW EXCLUSIVE MODE"))
    owners = _owners(connection, [asset for _, asset in wanted])
    return {key for key, asset in wanted if owners.setdefault(asset, key) != key}


def _owners(connection: Connection, asset_ids: Collection[str]) -> dict[str, Key]:
    """Without versions: many contents may wait to become the newest file of one asset."""
    found: dict[str, Key] = {}
    table = open_uploads.c
    for batch in in_batches(asset_ids):
        known = select(table.asset_id, table.destination, table.sha256).where(table.asset_id.in_(batch))
        rows = [row for row in connection.execute(known) if not versioned_asset(row.destination)]
        found.update({row.asset_id: Key(row.destination, row.sha256) for row in rows})
    return found


def forget(connection: Connection, keys: Iterable[Key]) -> None:
    """Remove what is kept of these uploads."""
    known = list(keys)
    for table in (open_uploads, parts):
        for these in _those(table, known):
            connection.execute(delete(table).where(these))


def _those(table: Table, keys: Iterable[Key]) -> Iterator[ColumnElement[bool]]:
    for batch in in_batches(keys):
        for these in by_destination(batch):
            yield and_(table.c.destination == these["one_destination"], table.c.sha256.in_(these["contents"]))


def _values(receipt: PartReceipt, now: datetime) -> dict[str, Any]:
    return {
        "destination": receipt.key.destination,
        "sha256": receipt.key.sha256,
        "upload_id": receipt.upload_id,
        "number": receipt.number,
        "bytes": receipt.bytes,
        "md5": receipt.md5,
        "etag": receipt.etag,
        "at": now,
    }
