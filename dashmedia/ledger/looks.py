"""Looking into the ledger: sums, one item with its history, what is left and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select, text, true

from dashmedia.ledger.destinations import is_dam
from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.rows import pages_of_items
from dashmedia.ledger.schema import items, storable
from dashmedia.ledger.states import FAILED, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.records import Item

#: A shorter prefix of a SHA-256 would match by accident.
PREFIX_CHARS = 4


#: What the next run does with a row that it finds in this state.
RESUMES = {
    State.PLANNED: "it is uploaded",
    State.URL_ISSUED: "it is uploaded",
    State.BYTES_PUT: "it is created from the bytes that are there",
    State.SUBMITTED: "the service is asked whether the create arrived; it is sent again only if not",
    State.CREATED: "the service is asked whether it is ready",
}


#: The same for rows of the DAM.
DAM_RESUMES = {
    State.PLANNED: "it is uploaded",
    State.SUBMITTED: "the service is asked whether the asset was made; it is asked for again only if not",
    State.CREATED: "the parts that are missing are sent",
    State.BYTES_PUT: "the asset is asked whether its upload was completed",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows of a destination are shown in one state; `bytes` is the size of their originals."""

    destination: str
    shown: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Left:
    """A row that is not ready: why, and what makes it go on."""

    item: Item
    why: str
    next_step: str


def summary(connection: Connection) -> list[Sum]:
    """Counts by destination and shown state, in that order; nothing for an empty ledger."""
    shown = case((items.c.failure_reason.is_(None), items.c.state), else_=FAILED)
    # SQLAlchemy would read the word back as a `State`, which `failed` is not.
    word = func.trim(shown).label("shown")
    counted = select(items.c.destination, word, func.count(), func.sum(items.c.bytes)).group_by(
        items.c.destination, word
    )
    rows = connection.execute(counted.order_by(items.c.destination, word))
    return [Sum(destination, state, count, int(size)) for destination, state, count, size in rows]


def find(database: Database, words: str) -> Iterator[Item]:
    """Rows whose SHA-256 begins with `words`, or whose uri, file name, source id or remote id is `words`."""
    return pages_of_items(database, _is_named(words))


def _is_named(words: str) -> ColumnElement[bool]:
    exact = storable(words)
    columns = (items.c.uri, items.c.filename, items.c.source_id, items.c.remote_id)
    named = or_(*(column == exact for column in columns))
    prefix = words.lower()
    if re.fullmatch(rf"[0-9a-f]{{{PREFIX_CHARS},64}}", prefix):
        # `g` follows every hex digit.
        return or_(named, and_(items.c.sha256 >= prefix, items.c.sha256 < f"{prefix}g"))
    return named


def not_ready(database: Database, destinations: Collection[str] = ()) -> Iterator[Item]:
    """Rows in another state than ready, of these destinations or, when none is named, of all."""
    where = items.c.destination.in_(destinations) if destinations else true()
    # Spelled as in the partial index: PostgreSQL does not match a parameter with it.
    return pages_of_items(database, and_(text("ledger_items.state <> 'ready'"), where))


def unfinished(database: Database, destinations: Collection[str], now: datetime) -> Iterator[Item]:
    """Rows that a run could take now: not ready, not quarantined, not held by a process that may be alive."""
    may_live = cache(lambda owner: not is_gone(owner))
    for item in not_ready(database, destinations):
        if not item.is_quarantined and not (item.has_lease(now) and may_live(item.owner)):
            yield item


def left(database: Database, destinations: Collection[str], now: datetime) -> Iterator[Left]:
    """Every row that is not ready, with the reason and the next step in people's words."""
    may_live = cache(lambda owner: not is_gone(owner))
    for item in not_ready(database, destinations):
        yield Left(item, *_explain(item, is_held=item.has_lease(now) and may_live(item.owner)))


def _explain(item: Item, *, is_held: bool) -> tuple[str, str]:
    if item.is_quarantined:
        return f"after `{item.state}`: {item.failure_reason}", f"mend it, then: retry {item.sha256[:12]}"
    if item.failure_reason:
        return f"after `{item.state}`: {item.failure_reason}", "run the flow again"
    if is_held:
        return f"in work until {item.lease_until:%H:%M:%S} UTC or longer, by {item.owner}", "wait for that run"
    resumes = DAM_RESUMES if is_dam(item.destination) else RESUMES
    return f"interrupted after `{item.state}`", f"run the flow again: {resumes[item.state]}"
