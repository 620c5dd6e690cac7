"""What the gate refused, once per source and uri, however often it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import and_, literal, select, tuple_

from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import BATCH_ROWS, as_key, refusals, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.records import Run


class Refusal(Protocol):
    """What this module needs of `dashmedia.refusals.Refusal`."""

    @property
    def uri(self) -> str:
        """As the source writes it."""

    @property
    def row(self) -> int | None:
        """Of the manifest, from 1."""

    @property
    def rule(self) -> str:
        """Its name."""

    @property
    def seen(self) -> str:
        """The value that the rule refused."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One refusal as the ledger keeps it."""

    source: str
    uri: str
    source_row: int | None
    rule: str
    seen: str
    first_seen: datetime
    last_seen: datetime
    run_id: str


def refuse(connection: Connection, run: Run, source: str, refused: Iterable[Refusal], now: datetime) -> None:
    """Keep them, at least one. The same uri of the same source again keeps its first date and takes the newer rule."""
    rows = {row["uri"]: row for row in (_values(run, source, refusal, now) for refusal in refused)}
    insert = insert_into(connection.dialect.name, refusals)
    new = {name: insert.excluded[name] for name in ("source_row", "rule", "seen", "last_seen", "run_id")}
    upsert = insert.on_conflict_do_update(index_elements=["source", "uri"], set_=new)
    connection.execute(upsert, [rows[uri] for uri in sorted(rows)])


def _values(run: Run, source: str, refusal: Refusal, now: datetime) -> dict[str, Any]:
    return {
        "source": as_key(source),
        # A row without a uri is still one row.
        "uri": as_key(refusal.uri or f"row {refusal.row}"),
        "source_row": refusal.row,
        "rule": str(refusal.rule),
        "seen": refusal.seen,
        "first_seen": now,
        "last_seen": now,
        "run_id": run.id,
    }


def read_refused(database: Database, *, everything: bool = False, page: int = BATCH_ROWS) -> Iterator[Refused]:
    """What the newest run of each source refused, in the order of source and uri.

    Args:
        database: where they are kept.
        everything: also what an older run refused and the newest did not, because it was mended, moved or left out.
        page: rows in memory at once.
    """
    key = tuple_(refusals.c.source, refusals.c.uri)
    newest = select(runs.c.run_id).where(runs.c.source == refusals.c.source).order_by(runs.c.started.desc()).limit(1)
    condition = and_(everything or refusals.c.run_id == newest.scalar_subquery())
    after = ("", "")
    while True:
        query = select(refusals).where(condition, tuple_(*map(literal, after)) < key).order_by(*key.clauses).limit(page)
        with database.read() as connection:
            rows = connection.execute(query).all()
        yield from (Refused(*row) for row in rows)
        if len(rows) < page:
            return
        after = (rows[-1].source, rows[-1].uri)
