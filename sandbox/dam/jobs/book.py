"""All batch jobs: made by a POST, moved on by each GET, never by a clock."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from sandbox.dam.jobs import shapes
from sandbox.dam.jobs.job_type import Outcome
from sandbox.dam.jobs.tables import JobRow, JobTables
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sandbox.dam.jobs.job_type import Item, JobType
    from sandbox.dam.store import Store
    from sandbox.dam.variant import Variant

    Answer = dict[str, Any]

#: What an item says that was told to fail.
DOOMED = "The sandbox was told to refuse this item."


class JobBook:
    """Every job of the account.

    Args:
        store: keeps them.
        variant: says how new jobs will fare, and how all of them look.
        user_id: who makes them.
        wall: Unix time in seconds.
    """

    def __init__(
        self, store: Store, variant: Callable[[], Variant], user_id: str, wall: Callable[[], float] = time.time
    ) -> None:
        self.store = store
        self.tables = JobTables(store)
        self.variant = variant
        self.user_id = user_id
        self.wall = wall
        self._types: dict[str, JobType] = {}
        self._bent = 0

    def register(self, *types: JobType) -> None:
        """Serve these."""
        self._types |= {one.path: one for one in types}

    def straighten(self) -> None:
        """Count bent jobs from nothing again."""
        self._bent = 0

    def unstick(self) -> None:
        """Let jobs that are stuck go on, from their next poll."""
        self.tables.unstick()

    def submit(self, path: str, body: Any) -> Answer:
        """Make a job, and answer as its POST does.

        Raises:
            RefusedError: the type refuses the body, or there is no such type.
        """
        items = self._type(path).parse(body)
        variant = self._for_new_job(path)
        reach = int(len(items) * variant.job_share)
        job = JobRow(
            id=str(uuid.uuid4()),
            path=path,
            created_ms=self._now_ms(),
            ended_ms=None,
            total=len(items),
            done=0,
            polls=0,
            needed=variant.job_polls,
            reach=reach,
            end=variant.job_end,
        )
        self.tables.add(job, items, _dooms(items, variant))
        return self._shown(job if variant.job_polls else self._moved_on(job))

    def poll(self, path: str, job_id: str) -> Answer:
        """Do the next share of a job, and answer as its GET does.

        Raises:
            RefusedError: 404, there is no such job of this type.
        """
        job = self.tables.job(job_id)
        if job is None or job.path != path:
            raise RefusedError(404, f"There is no job {job_id!r} among {path}.")
        return self._shown(job if job.ended_ms else self._moved_on(job))

    def truth(self) -> list[Answer]:
        """All jobs, whatever the variant says of how they look."""
        return [job._asdict() for job in self.tables.all()]

    def _type(self, path: str) -> JobType:
        if path not in self._types:
            raise RefusedError(404, "Not Found")
        return self._types[path]

    def _for_new_job(self, path: str) -> Variant:
        """The variant, without its bends once enough jobs were bent."""
        variant = self.variant()
        if variant.bent_jobs_of not in (None, path):
            return variant.straight_jobs()
        self._bent += 1
        is_over = variant.bent_jobs is not None and self._bent > variant.bent_jobs
        return variant.straight_jobs() if is_over else variant

    def _moved_on(self, job: JobRow) -> JobRow:
        """The job after one more poll; its items, their outcomes and its own row change together or not at all."""
        polls = job.polls + 1
        is_last = polls >= job.needed
        stop = job.reach if is_last else job.reach * polls // job.needed
        ended_ms = self._now_ms() if is_last and job.end != "stuck" else None
        after = job._replace(polls=polls, done=stop, ended_ms=ended_ms)
        with self.store.transaction():
            self._do(job, stop)
            self.tables.update(after)
        return after

    def _do(self, job: JobRow, stop: int) -> None:
        due = self.tables.items(job.id, job.done, stop)
        done = iter(self._type(job.path).apply_all([(key, item) for key, item, doom in due if doom is None]))
        outcomes = (next(done) if doom is None else Outcome(failure=doom) for _, _, doom in due)
        self.tables.keep_outcomes(job.id, job.done, outcomes)

    def _shown(self, job: JobRow) -> Answer:
        outcomes = self.tables.outcomes(job.id) if job.ended_ms else ()
        return shapes.job(job, self.user_id, outcomes, self.variant())

    def _now_ms(self) -> int:
        return int(self.wall() * 1000)


def _dooms(items: Sequence[Item], variant: Variant) -> Iterable[str | None]:
    """For each item, why it will fail whatever happens."""
    every, keys = variant.job_failing_every, set(variant.job_failing_keys)
    for number, (key, _) in enumerate(items, start=1):
        yield DOOMED if key in keys or (every and number % every == 0) else None
