"""Which rows of a plan are meant: conditions to be combined with `&`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.ledger.promotion_schema import RowState, rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement

#: Seen nowhere since it was last looked for.
UNSEEN = rows.c.seen.is_(None)


def of(*states: RowState) -> ColumnElement[bool]:
    """Rows in one of these states."""
    return rows.c.state.in_(states)


def seen_in(state: str) -> ColumnElement[bool]:
    """Rows whose asset a search last saw in that state."""
    return rows.c.seen == state


def by(transition: str) -> ColumnElement[bool]:
    """Rows of that transition."""
    return rows.c.transition == transition


def untold() -> ColumnElement[bool]:
    """Rows that the world was not told of."""
    return rows.c.announced.is_(False)


def under(request_key: str) -> ColumnElement[bool]:
    """Rows submitted under that key."""
    return rows.c.request_key == request_key


def under_none_of(request_keys: Collection[str]) -> ColumnElement[bool]:
    """Rows submitted under other keys than these."""
    return rows.c.request_key.not_in(list(request_keys))


def counted_under(kind: str) -> ColumnElement[bool]:
    """Rows with that kind of reason and no other."""
    return rows.c.kinds == kind
