"""Jobs in SQLite: they survive a restart and a kill, with exactly the items done that were said to be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.dam.jobs.job_type import Item, Outcome
    from sandbox.dam.store import Store


class JobRow(NamedTuple):
    """One job.

    Attributes:
        id: of the job.
        path: which type it is of.
        created_ms: when it was made, milliseconds since 1970 UTC.
        ended_ms: when it ended, None while it runs.
        total: items it has.
        done: items that were tried, from the first one on.
        polls: how often it was asked for while it ran.
        needed: polls after which it ends.
        reach: items that will be tried.
        end: "complete", "failed" or "stuck".
    """

    id: str
    path: str
    created_ms: int
    ended_ms: int | None
    total: int
    done: int
    polls: int
    needed: int
    reach: int
    end: str


class JobTables:
    """Reads and writes of `job` and `job_item`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, job: JobRow, items: Sequence[Item], dooms: Iterable[str | None]) -> None:
        """Keep a new job.

        Args:
            job: with nothing done.
            items: all of them.
            dooms: for each, the failure it will end in whatever happens; None lets it be done.
        """
        with self.store.transaction():
            self.store.run(f"INSERT INTO job VALUES ({', '.join('?' * len(job))})", job)  # noqa: S608 - marks
            rows = (
                (job.id, number, key, json.dumps(item), doom)
                for number, ((key, item), doom) in enumerate(zip(items, dooms, strict=True))
            )
            self.store.run_many("INSERT INTO job_item (job_id, position, key, item, doom) VALUES (?, ?, ?, ?, ?)", rows)

    def job(self, job_id: str) -> JobRow | None:
        """The job of this id."""
        rows = self.store.run("SELECT * FROM job WHERE id = ?", (job_id,))
        return JobRow._make(rows[0]) if rows else None

    def all(self) -> list[JobRow]:
        """All jobs, the first one first."""
        return [JobRow._make(row) for row in self.store.run("SELECT * FROM job ORDER BY rowid")]

    def update(self, job: JobRow) -> None:
        """Keep how far it is."""
        self.store.run(
            "UPDATE job SET ended_ms = ?, done = ?, polls = ? WHERE id = ?", (job.ended_ms, job.done, job.polls, job.id)
        )

    def unstick(self) -> None:
        """Let those that never end go on to all of their items, and end well."""
        self.store.run("UPDATE job SET end = 'complete', reach = total WHERE end = 'stuck' AND ended_ms IS NULL")

    def items(self, job_id: str, start: int, stop: int) -> list[tuple[str, Any, str | None]]:
        """Key, item and doom of those at places `[start, stop)`."""
        found = self.store.run(
            "SELECT key, item, doom FROM job_item WHERE job_id = ? AND position >= ? AND position < ? ORDER BY position",
            (job_id, start, stop),
        )
        return [(key, json.loads(item), doom) for key, item, doom in found]

    def keep_outcomes(self, job_id: str, start: int, outcomes: Iterable[Outcome]) -> None:
        """What became of the items from place `start` on."""
        rows = (
            (None if one.result is None else json.dumps(one.result), one.failure, job_id, start + number)
            for number, one in enumerate(outcomes)
        )
        self.store.run_many("UPDATE job_item SET result = ?, failure = ? WHERE job_id = ? AND position = ?", rows)

    def outcomes(self, job_id: str) -> Iterator[tuple[str, dict[str, Any] | None, str | None]]:
        """Key, result and failure of all items that came to one of them."""
        found = self.store.run(
            "SELECT key, result, failure FROM job_item WHERE job_id = ? AND (result NOT NULL OR failure NOT NULL) "
            "ORDER BY position",
            (job_id,),
        )
        return ((key, result and json.loads(result), failure) for key, result, failure in found)
