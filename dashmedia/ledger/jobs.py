"""Submit or attach: a job is found again by the key of its request, so that a restarted flow does not pay twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, select

from dashmedia.ledger.records import Job
from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import jobs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.records import Run

_COLUMNS = (jobs.c.request_key, jobs.c.kind, jobs.c.job_id, jobs.c.state, jobs.c.run_id, jobs.c.submitted_at)


def attach(connection: Connection, request_key: str) -> Job | None:
    """The job that was submitted for this request, or None."""
    row = connection.execute(select(*_COLUMNS).where(jobs.c.request_key == request_key)).one_or_none()
    return Job(*row) if row else None


def remember_job(
    connection: Connection, run: Run, now: datetime, *, request_key: str, kind: str, job_id: str, state: str
) -> None:
    """Keep a job, or its new state; another `job_id` for the same request replaces the first and its date."""
    insert = insert_into(connection.dialect.name, jobs).values(
        request_key=request_key, kind=kind, job_id=job_id, state=state, run_id=run.id, submitted_at=now
    )
    is_same = jobs.c.job_id == insert.excluded.job_id
    new = {name: insert.excluded[name] for name in ("kind", "job_id", "state", "run_id")}
    dated = {"submitted_at": case((is_same, jobs.c.submitted_at), else_=insert.excluded.submitted_at)}
    connection.execute(insert.on_conflict_do_update(index_elements=["request_key"], set_=new | dated))
