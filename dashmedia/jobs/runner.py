"""Batch jobs from request to end: submitted once or attached to, looked at until they end, and what each one ended as kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.job_models import JobState
from dashmedia.errors import JobFailedError, JobGoneError, JobOverdueError, RejectedError
from dashmedia.jobs.pace import JobPace, Pacer
from dashmedia.jobs.submission import Submission
from dashmedia.ledger import JobStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.dam import DashClient
    from dashmedia.dam.job_models import Job, JobKind
    from dashmedia.ledger import KnownJob, Ledger, Run

#: By these the service says that it does not know a job: not there, or there no longer.
UNKNOWN_JOB = frozenset({404, 410})


class JobRunner:
    """For any number of threads; calls with one request key share one job.

    Args:
        client: the service.
        ledger: knows which request was submitted already.
        run: who submits.
        pace: how long to wait between looks, and in all.
        clock: seconds that only go forward.
        sleep: how to wait, in seconds.
        on_progress: is handed the job at every look, in the thread that waits for it.
    """

    def __init__(
        self,
        client: DashClient,
        ledger: Ledger,
        run: Run,
        *,
        pace: JobPace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_progress: Callable[[Job], None] | None = None,
    ) -> None:
        self._client, self._ledger = client, ledger
        self._pace = pace or JobPace()
        self._clock, self._sleep = clock, sleep
        self._on_progress = on_progress or (lambda _: None)
        times: dict[str, Any] = {"clock": clock, "sleep": sleep, "budget_s": self._pace.budget_s}
        self._submission = Submission(client, ledger.jobs, run, **times)

    def run(self, kind: JobKind, request_key: str, body: dict[str, Any]) -> Job:
        """The complete job of this request: submitted now, or by an earlier run and attached to.

        A job that ended earlier is read once more, never submitted again; see `forget`.

        Args:
            kind: which endpoint.
            request_key: from `request_key_for`, or anything that means this one request for ever.
            body: of the request; not sent when there is a job already.

        Raises:
            JobFailedError: it ended otherwise; `job` has what became of its items.
            JobOverdueError: it did not end within the budget. The next call waits for the same job.
            OutcomeUnknownError: it may have been submitted and nobody knows its id. The next call raises the same.
            JobGoneError: an `OutcomeUnknownError`; the service no longer knows the job.
        """
        row, job = self._submission.submit_or_attach(kind, request_key, body)
        job = self._wait(kind, row, job)
        is_complete = job.state is JobState.COMPLETE
        self._submission.settle(row, JobStage.DONE if is_complete else JobStage.FAILED)
        if not is_complete:
            raise JobFailedError(job)
        return job

    def forget(self, request_key: str) -> bool:
        """Let go of a request whose job ended or is lost, after a look at what it did; the next `run` submits anew.

        Returns:
            Whether it was let go; False when another run did so, or submitted it anew meanwhile.
        """
        return self._submission.forget(request_key)

    def _wait(self, kind: JobKind, row: KnownJob, job: Job | None) -> Job:
        begun, pacer = self._clock(), Pacer(self._pace)
        age_at_first_s = 0.0 if job else max(0.0, (self._ledger.now() - row.submitted_at).total_seconds())
        job = self._tell(job) if job else self._look(kind, row)
        while not job.state.is_terminal:
            waited_s = self._clock() - begun
            left_s = self._pace.budget_s - waited_s
            if left_s <= 0:
                raise JobOverdueError(job, waited_s)
            self._sleep(min(left_s, pacer.wait_s(age_at_first_s + waited_s, job.share)))
            job = self._look(kind, row)
        return job

    def _look(self, kind: JobKind, row: KnownJob) -> Job:
        try:
            return self._tell(self._client.job(kind, row.job_id))
        except RejectedError as error:
            if error.status not in UNKNOWN_JOB:
                raise
            self._submission.settle(row, JobStage.LOST)
            at = f"{row.submitted_at:%Y-%m-%d %H:%M:%S} UTC"
            seen = f"job {row.job_id}, submitted at {at}, is not known there: {error.words or 'no words given'}"
            raise JobGoneError(wire.job_call("GET", kind), seen, status=error.status) from error

    def _tell(self, job: Job) -> Job:
        self._on_progress(job)
        return job
