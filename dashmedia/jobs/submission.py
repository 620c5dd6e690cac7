"""Submitting a job exactly once per request, or finding the one that was submitted."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.errors import OutcomeUnknownError, RejectedError, TransientError
from dashmedia.ledger import Heartbeat, JobStage
from dashmedia.ledger.schema import as_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.dam import DashClient
    from dashmedia.dam.job_models import Job, JobKind
    from dashmedia.ledger import KnownJob, Run
    from dashmedia.ledger.jobs import KnownJobs

log = logging.getLogger(__name__)

#: How often another run that is submitting the same request is looked at, in seconds.
LOOK_S = 0.5


class Submission:
    """The way from a request to the row of its job.

    Args:
        client: the service.
        jobs: rows of the ledger.
        run: who submits.
        budget_s: how long another run's submission is waited for, in seconds.
        clock: seconds that only go forward.
        sleep: how to wait, in seconds.
    """

    def __init__(
        self,
        client: DashClient,
        jobs: KnownJobs,
        run: Run,
        *,
        budget_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._client, self._jobs, self._run = client, jobs, run
        self._budget_s, self._clock, self._sleep = budget_s, clock, sleep
        self._seen: dict[str, KnownJob] = {}

    def submit_or_attach(self, kind: JobKind, request_key: str, body: dict[str, Any]) -> tuple[KnownJob, Job | None]:
        """The row with its job's id, and the job if it was submitted just now.

        Raises:
            OutcomeUnknownError: it may have been submitted, now or by an earlier run, and its answer is lost.
            TransientError: it was not submitted, or another run was still submitting it when the budget ended.
            RejectedError: it was refused.
        """
        give_up_at = self._clock() + self._budget_s
        while True:
            row, is_mine = self._jobs.claim(self._run, request_key=request_key, kind=kind)
            self._seen[row.request_key] = row
            if is_mine:
                return self._submit(kind, row, body)
            if row.stage is JobStage.LOST:
                raise OutcomeUnknownError(wire.job_call("POST", kind), _lost_words(row))
            if row.stage is not JobStage.SUBMITTING:
                return row, None
            if self._clock() >= give_up_at:
                seen = f"run {row.run_id} was still submitting the same request"
                raise TransientError(wire.job_call("POST", kind), seen, spent_s=self._budget_s)
            self._sleep(LOOK_S)

    def settle(self, row: KnownJob, stage: JobStage) -> None:
        """Keep how a job ended."""
        self._seen[row.request_key] = self._jobs.settle(row, stage)

    def forget(self, request_key: str) -> bool:
        """Let go of a request that nobody works on, if it still is what was seen here last; whether it was."""
        key = as_key(request_key)
        row = self._seen.pop(key, None) or self._jobs.read(key)
        return row is not None and row.stage.is_settled and self._jobs.free(row)

    def _submit(self, kind: JobKind, row: KnownJob, body: dict[str, Any]) -> tuple[KnownJob, Job]:
        with Heartbeat(self._jobs, self._run):
            try:
                job = self._client.submit_job(kind, body)
            except BaseException as error:
                self._give_back(kind, row, error)
                raise
        kept = self._jobs.submitted(row, job.id)
        if kept is None:
            # Whoever took it for lost has looked meanwhile; this job is followed to its end all the same.
            log.warning("%s job %s: its answer came after its request was let go", kind, job.id)
        log.info("%s job %s was submitted", kind, job.id)
        return kept or replace(row, job_id=job.id, stage=JobStage.SUBMITTED), job

    def _give_back(self, kind: JobKind, row: KnownJob, error: BaseException) -> None:
        """After a refusal, or when nothing was sent, the key is free; after anything else nobody knows."""
        may_have_arrived = isinstance(error, OutcomeUnknownError) and error.endpoint == wire.job_call("POST", kind)
        if isinstance(error, (TransientError, RejectedError)) and not may_have_arrived:
            self._jobs.free(row)
        else:
            self.settle(row, JobStage.LOST)


def _lost_words(row: KnownJob) -> str:
    job = f"as job {row.job_id}, which the service no longer knows" if row.job_id else "and no answer is known"
    return f"run {row.run_id} submitted the same request at {row.submitted_at:%Y-%m-%d %H:%M:%S} UTC, {job}"
