"""A scenario from its beginning to its verdict: a run under the fault, runs after it was mended, and what is there then.

**Stated budget.** A run may take what it takes without a fault (the workload's `grace_s`, generous on a busy machine), what it says that it waits for
a job that does not end (`PATIENCE_S`), and for each request that a fault strikes one attempt and one wait: `STRIKE_S` is the time in
which an answer must be whole, which is longer than the silence that a client allows, and the longest wait of the retry policy. What the policy allows (`attempts`, `budget_s`) decides how many requests are struck, so it need not be added. A run that is
over its budget is cut off by closing its connections, and counted.
"""

import time
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Thread

from support.faults.stage import impatient
from support.faults.workloads import WORKLOADS, Found
from support.ingesting import PATIENT, TIMES_FASTER

from dashmedia.errors import DashMediaError

#: Seconds that the jobs of one run may be waited for together.
PATIENCE_S = 10.0
#: Seconds after which a service that says nothing is given up, in scenarios where one says nothing.
SILENCE_S = 1.0
#: Seconds after which, in those, an answer is given up that is not whole.
ANSWER_S = 2.0
#: Seconds that one struck request may cost.
STRIKE_S = ANSWER_S + PATIENT.longest_wait_s / TIMES_FASTER

#: Runs after the fault was mended; the first should do, and what asks again later may need another.
RERUNS = 3

#: What no sentence of a report may hold.
SECRETS = ("DASH_SOCIAL_TOKEN", "DASH_API_TOKEN", "DASH_CLIENT_SECRET", "DASH_REFRESH_TOKEN")


@dataclass(frozen=True)
class Run:
    """One run: its report or the error that ended it, and how long it took, in seconds."""

    report: object
    error: BaseException | None
    seconds: float
    is_over: bool = False

    @property
    def is_complete(self):
        """Whether it says that nothing is left."""
        return self.error is None and self.report.is_complete

    @property
    def words(self):
        """Everything that it says."""
        return str(self.error) if self.error else self.report.model_dump_json()


@dataclass(frozen=True)
class Verdict:
    """What became of a scenario.

    Args:
        scenario: which one.
        found: the four counts at the end.
        struck: requests that met the fault.
        first: the run under the fault, as a word: complete, left, or the error's name.
        reruns: runs after it was mended.
        seconds: of the longest run.
        budget_s: of that run.
        complaints: what else is not as it should be, in words.
    """

    scenario: object
    found: Found
    struck: int
    first: str
    reruns: int
    seconds: float
    budget_s: float
    complaints: tuple

    @property
    def is_good(self):
        """Four zeros, within the budget, and nothing to complain of."""
        return self.found.is_right and not self.complaints

    def __str__(self):
        told = f"{self.found}, struck {self.struck}, first run {self.first}, {self.reruns} more, {self.seconds:.1f} s"
        return f"{self.scenario}: {told}{''.join(f'; {each}' for each in self.complaints)}"


def seen_by(stage, flow):
    """Requests by endpoint in a run of this flow without a scenario's fault."""
    workload = WORKLOADS[flow]
    begin(stage, workload)
    stage.sandbox.tell("faults", list(workload.rules))
    report = workload.run(stage, "run-quiet")
    while not report.is_complete:
        report = workload.run(stage, "run-quiet-again")
    return dict(stage.book.seen)


def begin(stage, workload):
    """Everything that the workload needs, and nothing else."""
    stage.begin(**workload.variant)
    workload.prepare(stage)


def play(stage, scenario, leniency=1):
    """Play it; the verdict.

    Args:
        stage: where.
        scenario: what.
        leniency: how many times slower than usual this machine may be because of others.
    """
    workload = WORKLOADS[scenario.flow]
    grace_s = workload.grace_s * leniency
    begin(stage, workload)
    stage.sandbox.tell("faults", list(workload.rules))
    stage.spoil(scenario)
    with impatient(SILENCE_S, ANSWER_S) if scenario.needs_patience else nullcontext():
        first = run_within(stage, grace_s, lambda: workload.run(stage, "run-1"))
    budget_s, struck = budget_of(grace_s, stage.struck()), stage.struck(scenario)
    stage.mend()
    runs = [first]
    while len(runs) <= RERUNS and (not runs[-1].is_complete or (scenario.brings_more and len(runs) == 1)):
        runs.append(run_within(stage, grace_s, lambda: workload.run(stage, f"run-{len(runs) + 1}")))
    longest = max(runs, key=lambda run: run.seconds)
    return Verdict(
        scenario, _found(workload, stage), struck, _first_word(first), len(runs) - 1, longest.seconds,
        budget_s if longest is first else budget_of(grace_s, 0), tuple(complaints(stage, runs)),
    )  # fmt: skip


def budget_of(grace_s, struck):
    """Seconds that a run may take in which so many requests met a fault."""
    return grace_s + PATIENCE_S + struck * STRIKE_S


def run_within(stage, grace_s, work):
    """Do the work in a thread; when it is over its budget its connections are cut, so that it ends."""
    ended = []
    thread = Thread(target=lambda: ended.append(_outcome(work)), daemon=True)
    begun = time.monotonic()
    thread.start()
    is_over = False
    while thread.is_alive():
        thread.join(1)
        if thread.is_alive() and not is_over and time.monotonic() - begun > budget_of(grace_s, stage.struck()):
            is_over = True
            stage.mend()
    seconds = time.monotonic() - begun
    return Run(*ended[0], seconds, is_over)


def _outcome(work):
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 - whatever comes out is what is looked at
        return None, error


def _found(workload, stage):
    try:
        return workload.found(stage)
    except DashMediaError:  # a partition that is not proven: nothing of it may be trusted
        return Found(short=1)


def _first_word(run):
    if run.error is not None:
        return type(run.error).__name__
    return "complete" if run.report.is_complete else "left"


def complaints(stage, runs):
    """What is wrong with how the runs ended, in words."""
    for number, run in enumerate(runs, start=1):
        if run.is_over:
            yield f"run {number} was over its budget, {run.seconds:.0f} s"
        if run.error is not None and not isinstance(run.error, DashMediaError):
            yield f"run {number} ended in {''.join(traceback.format_exception(run.error)[-6:])}"
        if "X-Amz-Signature" in run.words or any(stage.sandbox.env[name] in run.words for name in SECRETS):
            yield f"run {number} tells a secret"
    if not runs[-1].is_complete:
        yield f"still not complete after {len(runs) - 1} more runs: {runs[-1].words[:1500]}"


def sample(scenarios, faults):
    """Some of them, in which each of these faults and each endpoint is at least once."""
    left, chosen = list(scenarios), []
    wanted = set(faults) | {one.endpoint for one in left}
    while wanted:
        best = max(left, key=lambda one: len({one.fault, one.endpoint} & wanted))
        left.remove(best)
        chosen.append(best)
        wanted -= {best.fault, best.endpoint}
    return chosen
