"""One promotion from its start to its report: what every step shares."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from dashmedia.dam.schema import Schema
from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState, Stage
from dashmedia.promotion.report import make_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from dashmedia.dam import DashClient
    from dashmedia.jobs import JobRunner
    from dashmedia.ledger import Ledger, Run
    from dashmedia.ledger.promotion_plans import Plan
    from dashmedia.ledger.promotion_rows import PlanRows
    from dashmedia.promotion.options import PromotionOptions
    from dashmedia.promotion.report import PromotionReport
    from dashmedia.rate import RequestTally


#: What the ledger keeps of a run.
COUNTS = {"looked_at", "planned", "moved", "held", "failed", "under_way", "vanished"}


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class PromotionSession:
    """What every step of one promotion shares; used by one thread at a time.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.

    Attributes:
        undone: rows of the run whose moves are taken back; None when rules decide.
        sizes: assets by state, when the plan was made.
        before: assets by state, just before the first job was sent.
        doubts: why the outcome of a job is not known, by request key.
        overdue, lost: keys of jobs that did not end in time, and of those whose answer never came.
        is_doubtful: whether any job said less than that everything is done.
        is_refused: whether the service refused a job as a whole; then no more are sent.
        has_tried_again: whether this is the second round of jobs, after some lost their answers.
        decision: what a person said of the plan.
        earlier: the unfinished plan of a killed run, once it is taken over.
        settled: how many assets that run had moved.
        plan_artifact: where people read the plan.
        to_move, stepped: how many assets are to move, and how many of them were in a job that is over.
        in_job, job_share: how many are in the job under way, and how far it is, 0 to 1.
    """

    def __init__(
        self, options: PromotionOptions, *, client: DashClient, ledger: Ledger, run: Run, runner: JobRunner, account: str,
        tally: RequestTally, undone: PlanRows | None = None, now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.options, self.client, self.ledger, self.run = options, client, ledger, run
        self.runner, self.account, self.tally, self.undone = runner, account, tally, undone
        self.now, self.clock = now, clock
        self.began_at = now()
        self.sizes: dict[str, int] = {}
        self.before: dict[str, int] = {}
        self.doubts: dict[str, str] = {}
        self.overdue: set[str] = set()
        self.lost: set[str] = set()
        self.is_doubtful = self.is_refused = self.has_tried_again = False
        self.decision = ""
        self.remarks: list[str] = []
        self.plan: Plan | None = None
        self.earlier: Plan | None = None
        self.approved_before: PlanRows | None = None
        self.plan_artifact: UUID | None = None
        self.settled = self.looked_at = self.stepped = self.to_move = self.in_job = 0
        self.job_share = 0.0
        self._batches = 0
        self._began = clock()

    @property
    def dry_run(self) -> bool:
        """Whether this run only says what it would do."""
        return self.options.dry_run

    @cached_property
    def schema(self) -> Schema:
        """The account's fields and folders by name."""
        return Schema.load(self.client)

    # The plan

    def find_earlier(self) -> Plan | None:
        """The account's unfinished plan, held by this run from now on; None if there is none.

        Raises:
            LedgerError: a run that may be alive holds it.
        """
        plan = self.ledger.promotions.under_way(self.account)
        if plan is not None:
            self.ledger.promotions.take(plan, self.run)
            self.earlier = plan
        return plan

    @property
    def earlier_rows(self) -> PlanRows:
        """What the killed run had planned."""
        return self.ledger.promotions.rows(self._known(self.earlier).plan_id)

    def note_earlier(self) -> None:
        """Remember what the killed run had moved, and what a person had approved of the same question."""
        plan, rows = self._known(self.earlier), self.earlier_rows
        self.settled = rows.count(of(RowState.MOVED))
        if plan.stage is Stage.APPROVED and plan.scope == self._scope:
            self.approved_before = rows

    def begin_plan(self) -> None:
        """Write a new plan down, unless another run was quicker."""
        self.plan = self.ledger.promotions.begin(self.run, self.account, self._scope)

    @property
    def rows(self) -> PlanRows:
        """What is planned for each asset, and what became of it."""
        return self.ledger.promotions.rows(self._known(self.plan).plan_id)

    def advance(self, stage: Stage) -> None:
        """Note how far the plan is."""
        self.ledger.promotions.advance(self._known(self.plan), self.run, stage)

    @property
    def planned(self) -> int:
        """How many assets are still to move."""
        return self.rows.count(of(RowState.PLANNED)) if self.plan else 0

    def planned_by_transition(self) -> dict[Transition, int]:
        """The same by transition, in the order of an asset's life."""
        found: dict[Transition, int] = {}
        for _, step, state, number in self.rows.counts():
            if state is RowState.PLANNED:
                found[Transition(step)] = found.get(Transition(step), 0) + number
        return {step: found[step] for step in Transition if step in found}

    def planned_by_source(self) -> dict[str, int]:
        """The same by the state that they leave."""
        found: dict[str, int] = {}
        for step, number in self.planned_by_transition().items():
            found[step.source] = found.get(step.source, 0) + number
        return found

    # Moving

    def states_touched(self) -> list[str]:
        """The states that assets of the plan leave or reach."""
        return sorted({state for step in self.planned_by_transition() for state in (step.source, step.target)})

    def next_number(self) -> int:
        """1 for the first batch, and so on."""
        self._batches += 1
        return self._batches

    def doubt(self, key: str, words: str, *, is_overdue: bool = False, is_lost: bool = False) -> None:
        """The outcome of this job is not known from its answer."""
        self.is_doubtful = True
        self.doubts[key] = words
        if is_overdue:
            self.overdue.add(key)
        if is_lost:
            self.lost.add(key)

    def start_anew(self) -> None:
        """The second and last round of jobs of this run."""
        self.has_tried_again, self.is_doubtful = True, False
        for key in self.lost:
            self.doubts.pop(key, None)
        self.lost.clear()
        self.before = {}

    def forget_doubts(self) -> None:
        """Everything in doubt was looked at."""
        self.is_doubtful = self.is_refused = False
        for told in (self.doubts, self.overdue, self.lost):
            told.clear()

    # Progress and end

    def look(self, number: int) -> None:
        """So many more assets were looked at."""
        self.looked_at += number

    def step_on(self, number: int) -> None:
        """So many more assets were in a job that is over."""
        self.stepped += number
        self.in_job, self.job_share = 0, 0.0

    def report(self) -> PromotionReport:
        """The run as it is now."""
        return make_report(self, seconds=self.clock() - self._began)

    def close(self) -> None:
        """End the plan, unless some of its jobs are still under way: then the next run goes on with it."""
        if self.plan is not None and not self.rows.count(of(RowState.SUBMITTED)):
            self.advance(Stage.ENDED)
            self.rows.forget_others(self.account)
        self.ledger.end_run(self.run, self.report().model_dump(mode="json", include=COUNTS))

    @property
    def _scope(self) -> str:
        return self.options.scope

    @staticmethod
    def _known(plan: Plan | None) -> Plan:
        if plan is None:
            raise RuntimeError("a step was taken before there was a plan; this is a mistake in the program")
        return plan
