"""Batch jobs in the UI: one progress artifact over all jobs that a run waits for."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from tasks.progress import Progress, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.dam.job_models import Job


class Seen(NamedTuple):
    """One job as it was last seen: items done and in all; 0 in all where it counts none."""

    done: int
    total: int
    has_ended: bool


class JobBoard:
    """The jobs of a run, for any number of threads."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._lock = Lock()

    def see(self, job: Job) -> None:
        """Keep how it is; for `JobRunner(on_progress=…)`."""
        done, total = (sum(getattr(step, name) for step in job.steps) for name in ("completed", "total"))
        with self._lock:
            # A job that has ended need not repeat its steps.
            total = total or self._seen.get(job.id, Seen(0, 0, has_ended=False)).total
            self._seen[job.id] = Seen(total if job.state.is_terminal else done, total, job.state.is_terminal)

    def look(self) -> Progress:
        """How far they are: in items where every job counts some, else in jobs."""
        with self._lock:
            seen = list(self._seen.values())
        ended = sum(job.has_ended for job in seen)
        words = f"{ended:,} of {len(seen):,} batch jobs ended"
        if not all(job.total for job in seen):
            return Progress("batch jobs", ended, len(seen), words)
        return Progress("items in batch jobs", sum(job.done for job in seen), sum(job.total for job in seen), words)


@contextmanager
def jobs_shown(key: str) -> Iterator[Callable[[Job], None]]:
    """Show the jobs of this block in the UI; give what it yields to the `JobRunner`.

    Args:
        key: the artifact's, such as `promotion-progress`.
    """
    board = JobBoard()
    with shown(key, board.look):
        yield board.see
