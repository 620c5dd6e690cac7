"""The gap of a restored ledger: what was done between the archive and its restoring, it does not know.

Until somebody says that it may be trusted again, runs look on the remote side for whatever is new to the ledger before they
create it. The gap is kept as a run of the flow `restore`, begun when the archive was made and ended when it was restored.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - a field of `Gap`
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select, update

from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import runs

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: What the run of a restoring is called, before and after somebody trusts the ledger again.
RESTORE, TRUSTED = "restore", "restore, trusted again"


class Gap(NamedTuple):
    """From the first archive that was restored to the last restoring."""

    since: datetime
    until: datetime


def note_gap(connection: Connection, since: datetime, until: datetime, owner: str) -> None:
    """Write down that the ledger was restored."""
    row = {"run_id": f"restore-{until.timestamp():.6f}", "flow": RESTORE, "source": "", "owner": owner}
    times = {"started": since, "ended": until, "counts": {}}
    connection.execute(insert_into(connection.dialect.name, runs).values(row | times).on_conflict_do_nothing())


def find_gap(connection: Connection) -> Gap | None:
    """All gaps as one; None when the ledger knows everything."""
    ends = select(func.min(runs.c.started), func.max(runs.c.ended)).where(runs.c.flow == RESTORE)
    since, until = connection.execute(ends).one()
    return None if since is None else Gap(since, until)


def close_gaps(connection: Connection) -> int:
    """Trust the ledger again; how many gaps there were."""
    return connection.execute(update(runs).where(runs.c.flow == RESTORE).values(flow=TRUSTED)).rowcount
