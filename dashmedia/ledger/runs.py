"""When each run started and ended, what it came to, and whether it is still at work."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from dashmedia.ledger.claims import release
from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.records import Run
from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import as_key, items, runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection


class Life(StrEnum):
    """What the ledger knows of a run."""

    UNKNOWN = "it has not begun, or works with another ledger"
    AT_WORK = "it has begun, and nothing says that it is dead"
    GONE = "its process is dead, or did not renew its leases in time"
    ENDED = "it came to its end"


def start(connection: Connection, run: Run) -> None:
    """Write the run down; the same id again is the same run, begun anew (a flow that is retried)."""
    values = {"flow": run.flow, "source": as_key(run.source), "owner": run.owner, "started": run.started}
    insert = insert_into(connection.dialect.name, runs).values(run_id=run.id, **values)
    again = values | {"ended": None, "counts": None}
    connection.execute(insert.on_conflict_do_update(index_elements=["run_id"], set_=again))


def end(connection: Connection, run: Run, counts: Mapping[str, Any], now: datetime) -> None:
    """Write down when it ended and its counts."""
    connection.execute(update(runs).where(runs.c.run_id == run.id).values(ended=now, counts=dict(counts)))


def life(connection: Connection, run_id: str, now: datetime) -> Life:
    """Whether the run is at work.

    On this machine a dead process is noticed at once; of one elsewhere, when the last lease of the rows that it holds has ended.
    """
    row = connection.execute(select(runs.c.owner, runs.c.ended).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        return Life.UNKNOWN
    if row.ended is not None:
        return Life.ENDED
    mine = (items.c.run_id == run_id, items.c.owner == row.owner)
    last = connection.execute(select(func.max(items.c.lease_until)).where(*mine)).scalar()
    is_late = last is not None and last <= now
    return Life.GONE if is_late or is_gone(row.owner) else Life.AT_WORK


def give_up(connection: Connection, run_id: str, now: datetime) -> int:
    """Write a run off before it is tried again: it has ended, and when it is dead, the rows it held are free; how many there were.

    Free for everybody, also for machines that could not tell that it is dead.
    """
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        return 0
    is_dead = life(connection, run_id, now) is Life.GONE
    freed = release(connection, Run(run_id, row.flow, row.source, row.owner, row.started)) if is_dead else 0
    connection.execute(update(runs).where(runs.c.run_id == run_id).values(ended=now))
    return freed
