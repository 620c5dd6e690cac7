"""Which metadata was written to the asset of which content, as a digest: the same is not written again.

So what people correct in the DAM stays as long as the manifest says what it said before, and is written anew once it says
something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from dashmedia.ledger.records import Key
from dashmedia.ledger.rows import by_destination, in_batches, insert_into
from dashmedia.ledger.schema import fields_written

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from dashmedia.ledger.database import Database


class FieldsWritten:
    """What is kept of them.

    Args:
        database: of the ledger.
        now: its clock.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def read(self, keys: Collection[Key]) -> dict[Key, str]:
        """The digests that are known, by content and destination."""
        table, found = fields_written.c, dict[Key, str]()
        with self._database.read() as connection:
            for batch in in_batches(keys):
                for these in by_destination(batch):
                    chosen = select(table.destination, table.sha256, table.digest).where(
                        table.destination == these["one_destination"], table.sha256.in_(these["contents"])
                    )
                    found |= {Key(*row[:2]): row[2] for row in connection.execute(chosen)}
        return found

    def keep(self, digests: Mapping[Key, str]) -> None:
        """Remember these in place of earlier ones."""
        for batch in in_batches(sorted(digests)):
            rows = [
                {"destination": key.destination, "sha256": key.sha256, "digest": digests[key], "at": self._now()}
                for key in batch
            ]
            with self._database.write() as connection:
                insert = insert_into(connection.dialect.name, fields_written)
                new = {name: insert.excluded[name] for name in ("digest", "at")}
                connection.execute(
                    insert.on_conflict_do_update(index_elements=["destination", "sha256"], set_=new), rows
                )
