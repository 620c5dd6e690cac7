"""Submit or attach: a job is found again by the key of its request, so that no flow submits the same request twice.

```
(none) ─► submitting ─► submitted ─► done | failed
              └──────────────┴─────► lost
```

`submitting` is written before the request is sent, `submitted` with the job's id after its answer. `lost`: nobody knows
what became of it. A key is free again when its request was refused, or when somebody looked and let it go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, select, update

from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.rows import insert_into
from dashmedia.ledger.schema import as_key, jobs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.records import Run


class JobStage(StrEnum):
    """What we know of a job."""

    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"

    @property
    def is_settled(self) -> bool:
        """Whether nobody works on it any more, so that its key can be let go."""
        return self in {JobStage.DONE, JobStage.FAILED, JobStage.LOST}


@dataclass(frozen=True, slots=True)
class KnownJob:
    """One row. `job_id` is empty until the service named it; `owner` is who is submitting it."""

    request_key: str
    kind: str
    job_id: str
    stage: JobStage
    run_id: str
    submitted_at: datetime
    owner: str | None = None
    lease_until: datetime | None = None


_NAMES = ("request_key", "kind", "job_id", "state", "run_id", "submitted_at", "owner", "lease_until")


class KnownJobs:
    """All rows, for any number of threads.

    Args:
        database: of the ledger.
        now: its clock.
        lease_s: how long `submitting` holds unless renewed, in seconds.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], lease_s: float) -> None:
        self._database, self._now, self.lease_s = database, now, lease_s

    def read(self, request_key: str) -> KnownJob | None:
        """The job of this request, or None."""
        with self._database.read() as connection:
            return _read(connection, as_key(request_key))

    def claim(self, run: Run, *, request_key: str, kind: str) -> tuple[KnownJob, bool]:
        """The job of this request; whether it is the caller's to submit.

        Exactly one caller gets it, whatever the number of runs and threads. A job whose submitter is gone is `lost`.
        """
        key = as_key(request_key)
        while True:
            with self._database.write() as connection:
                is_mine = self._insert(connection, run, key, kind)
                if (row := _read(connection, key, lock=True)) is not None:  # pragma: no branch  # see below
                    return self._lost_if_left(connection, row), is_mine
                # On PostgreSQL a row may go between the two statements; then the key is free, and asked for again.

    def renew(self, run: Run) -> int:
        """Hold what the run is submitting for another lease; how many there are."""
        mine = and_(jobs.c.owner == run.owner, jobs.c.run_id == run.id, jobs.c.state == JobStage.SUBMITTING.value)
        return self._change(mine, lease_until=self._until())

    def submitted(self, row: KnownJob, job_id: str) -> KnownJob | None:
        """Keep the id; None when the row is another's by now, or was let go."""
        open_stages = jobs.c.state.in_([JobStage.SUBMITTING.value, JobStage.LOST.value])
        new: dict[str, Any] = {"job_id": job_id, "owner": None, "lease_until": None}
        kept = self._change(and_(_is(row), open_stages), state=JobStage.SUBMITTED.value, **new)
        return replace(row, stage=JobStage.SUBMITTED, **new) if kept else None

    def settle(self, row: KnownJob, stage: JobStage) -> KnownJob:
        """Keep how it ended; nothing is written to a row that was let go meanwhile."""
        new: dict[str, Any] = {"owner": None, "lease_until": None}
        self._change(and_(_is(row), jobs.c.job_id == row.job_id), state=stage.value, **new)
        return replace(row, stage=stage, **new)

    def free(self, row: KnownJob) -> bool:
        """Let go of the key, if the row still is as `row` says; whether it was."""
        same = and_(_is(row), jobs.c.job_id == row.job_id, jobs.c.state == row.stage.value)
        with self._database.write() as connection:
            return connection.execute(delete(jobs).where(same)).rowcount > 0

    def _insert(self, connection: Connection, run: Run, key: str, kind: str) -> bool:
        new = {"request_key": key, "kind": kind, "job_id": "", "state": JobStage.SUBMITTING.value, "run_id": run.id}
        held = {"submitted_at": self._now(), "owner": run.owner, "lease_until": self._until()}
        insert = insert_into(connection.dialect.name, jobs).values(new | held).on_conflict_do_nothing()
        return connection.execute(insert.returning(jobs.c.request_key)).first() is not None

    def _lost_if_left(self, connection: Connection, row: KnownJob) -> KnownJob:
        held = row.lease_until is not None and row.lease_until > self._now() and not is_gone(str(row.owner))
        if row.stage is not JobStage.SUBMITTING or held:
            return row
        lost: dict[str, Any] = {"owner": None, "lease_until": None}
        connection.execute(update(jobs).where(_is(row)).values(state=JobStage.LOST.value, **lost))
        return replace(row, stage=JobStage.LOST, **lost)

    def _change(self, where: ColumnElement[bool], **values: Any) -> int:
        with self._database.write() as connection:
            return connection.execute(update(jobs).where(where).values(**values)).rowcount

    def _until(self) -> datetime:
        return self._now() + timedelta(seconds=self.lease_s)


def _read(connection: Connection, key: str, *, lock: bool = False) -> KnownJob | None:
    chosen = select(*(jobs.c[name] for name in _NAMES)).where(jobs.c.request_key == key)
    found = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if found is None:
        return None
    facts = found._asdict()
    return KnownJob(stage=JobStage(facts.pop("state")), **facts)


def _is(row: KnownJob) -> ColumnElement[bool]:
    """The same submission: a key that was let go and taken again is another."""
    return and_(
        jobs.c.request_key == row.request_key, jobs.c.run_id == row.run_id, jobs.c.submitted_at == row.submitted_at
    )
