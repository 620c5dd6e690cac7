"""The history: one line per step of a row, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, select

from dashmedia.ledger.records import Move
from dashmedia.ledger.rows import THESE, by_destination
from dashmedia.ledger.schema import Instant, Words, history, items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.records import Key

    #: A row, the state it is in now or `failed`, and a note.
    Line = tuple[Key, str, str | None]

_LINE = (
    bindparam("at", type_=Instant),
    bindparam("run_id", type_=Text),
    bindparam("state", type_=Text),
    bindparam("note", type_=Words),
)

#: One statement for all rows that took the same step; a row each is four times as dear.
_ALIKE = history.insert().from_select(
    ["destination", "sha256", "at", "run_id", "state", "note"],
    select(items.c.destination, items.c.sha256, *_LINE).where(*THESE),
)


def add_moves(connection: Connection, run_id: str, now: datetime, lines: Sequence[Line]) -> None:
    """Add the lines, in their order. No line is no change."""
    if len({(state, note) for _, state, note in lines}) == 1:
        _add_alike(connection, run_id, now, lines)
    elif lines:
        _add_one_by_one(connection, run_id, now, lines)


def _add_alike(connection: Connection, run_id: str, now: datetime, lines: Sequence[Line]) -> None:
    _, state, note = lines[0]
    for these in by_destination(key for key, *_ in lines):
        connection.execute(_ALIKE, these | {"at": now, "run_id": run_id, "state": str(state), "note": note})


def _add_one_by_one(connection: Connection, run_id: str, now: datetime, lines: Sequence[Line]) -> None:
    rows = [
        {
            "destination": key.destination,
            "sha256": key.sha256,
            "at": now,
            "run_id": run_id,
            "state": state,
            "note": note,
        }
        for key, state, note in lines
    ]
    connection.execute(history.insert(), rows)


def moves_of(connection: Connection, key: Key) -> list[Move]:
    """One row's history, oldest first."""
    lines = select(history.c.at, history.c.run_id, history.c.state, history.c.note)
    own = lines.where(history.c.destination == key.destination, history.c.sha256 == key.sha256)
    return [Move(*row) for row in connection.execute(own.order_by(history.c.id))]
