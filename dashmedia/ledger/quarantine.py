"""Taking rows out of quarantine: a person's word that what stood against them is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from dashmedia.ledger.moves import add_moves
from dashmedia.ledger.rows import lock_items
from dashmedia.ledger.schema import items

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.records import Key

#: Stands in the history where a person did it and not a run.
BY_HAND = "by hand"

_FREE = (
    update(items)
    .where(items.c.destination == bindparam("d"), items.c.sha256 == bindparam("s"))
    .values(failure_retryable=True, updated_at=bindparam("now"))
)


def take_out(connection: Connection, keys: Collection[Key], now: datetime) -> int:
    """Let the next run take these rows again, from the state they reached; how many were quarantined."""
    rows = [row for row in lock_items(connection, keys).values() if row.failure_retryable is False]
    if rows:
        connection.execute(_FREE, [{"d": row.destination, "s": row.sha256, "now": now} for row in rows])
    add_moves(connection, BY_HAND, now, [(row.key, row.state, "taken out of quarantine") for row in rows])
    return len(rows)
