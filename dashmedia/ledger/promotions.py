"""Promotions in the ledger: which plan is under way in an account, who holds it, and its rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashmedia.errors import LedgerError
from dashmedia.ledger import promotion_plans
from dashmedia.ledger.promotion_rows import PlanRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.promotion_plans import Plan
    from dashmedia.ledger.promotion_schema import Stage
    from dashmedia.ledger.records import Run


class Promotions:
    """One object for all threads of a process; `Heartbeat(promotions, run)` keeps the run's plan held.

    Attributes:
        lease_s: how long a plan is held unless renewed, in seconds.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], lease_s: float) -> None:
        self._database, self._now, self.lease_s = database, now, lease_s

    def rows(self, plan_id: str) -> PlanRows:
        """The rows of a plan."""
        return PlanRows(self._database, plan_id)

    def under_way(self, account: str) -> Plan | None:
        """The account's plan that has not ended, if there is one."""
        with self._database.read() as connection:
            return promotion_plans.under_way(connection, account)

    def of_run(self, run_id: str) -> Plan | None:
        """The plan that a run made, or went on with."""
        with self._database.read() as connection:
            return promotion_plans.of_run(connection, run_id)

    def known_runs(self, flow_run_ids: Collection[str]) -> dict[str, bool]:
        """Those flow runs that made or went on with a plan, and whether one of their plans has not ended. At most `BATCH_ROWS`."""
        with self._database.read() as connection:
            return promotion_plans.known_runs(connection, flow_run_ids)

    def take(self, plan: Plan, run: Run) -> None:
        """Hold a plan that an earlier run left behind.

        Raises:
            LedgerError: a run is at work on it that may be alive.
        """
        with self._database.write() as connection:
            now = self._now()
            if plan.is_held(now) or not promotion_plans.take(connection, plan, run, now + self._lease):
                raise _busy(plan)

    def begin(self, run: Run, account: str, scope: str) -> Plan:
        """A new plan, held by the run.

        Raises:
            LedgerError: another run began one at this very moment.
        """
        with self._database.write() as connection:
            now = self._now()
            plan = promotion_plans.begin(connection, run, account, scope, now, now + self._lease)
            other = promotion_plans.under_way(connection, account)
        if plan is None:
            raise _busy(other) if other else LedgerError(f"The plan of run {run.id} could not be begun; run it again.")
        return plan

    def renew(self, run: Run) -> int:
        """Hold the run's plan for another lease; how many plans that were."""
        with self._database.write() as connection:
            return promotion_plans.renew(connection, run, self._now() + self._lease)

    def let_go(self, run: Run) -> None:
        """Hold nothing any longer: the next run need not wait for the lease to end."""
        with self._database.write() as connection:
            promotion_plans.let_go(connection, run)

    def advance(self, plan: Plan, run: Run, stage: Stage) -> None:
        """Note how far the plan is.

        Raises:
            LedgerError: another run has taken it over.
        """
        with self._database.write() as connection:
            kept = promotion_plans.set_stage(connection, plan.plan_id, run, stage, self._now())
        if not kept:
            raise LedgerError(
                f"Another run took over the promotion plan {plan.plan_id}, because this run's lease had ended. "
                "This run sends nothing more; look at the other run's report."
            )

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.lease_s)


def _busy(plan: Plan) -> LedgerError:
    return LedgerError(
        f"Run {plan.run_id} is promoting assets of {plan.account} since {plan.created_at:%Y-%m-%d %H:%M} UTC, or waits for "
        "a person's answer; two at once could move more than one is allowed to. Nothing was moved by this run: answer or "
        "cancel that one, or wait until it has ended, and run again."
    )
