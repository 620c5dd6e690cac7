"""When each run started and ended, and what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import as_key, runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.records import Run


def start(connection: Connection, run: Run) -> None:
    """Write the run down; the same id again is the same run, begun anew (a flow that is retried)."""
    values = {"flow": run.flow, "source": as_key(run.source), "owner": run.owner, "started": run.started}
    insert = insert_into(connection.dialect.name, runs).values(run_id=run.id, **values)
    again = values | {"ended": None, "counts": None}
    connection.execute(insert.on_conflict_do_update(index_elements=["run_id"], set_=again))


def end(connection: Connection, run: Run, counts: Mapping[str, Any], now: datetime) -> None:
    """Write down when it ended and its counts."""
    connection.execute(update(runs).where(runs.c.run_id == run.id).values(ended=now, counts=dict(counts)))
