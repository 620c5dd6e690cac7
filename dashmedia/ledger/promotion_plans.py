"""Plans of promotions: one at a time in an account, held by a lease like everything else that two runs could do twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.promotion_schema import Stage, plans
from dashmedia.ledger.rows import insert_into

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from dashmedia.ledger.records import Run

#: What may follow a flow run's id in the id of an attempt, or of a plan that was begun again.
_ATTEMPT = re.compile(r"(-\d+)?(-again-\d+)?")

#: Of a UUID as text.
FLOW_RUN_ID_LENGTH = 36

_NEWEST_FIRST = (plans.c.created_at.desc(), plans.c.plan_id.desc())

NOBODY: dict[str, Any] = {"owner": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. Fields are columns of `plans`, in the same order.

    Attributes:
        account: which service it is about.
        scope: a digest of what was asked for; equal scopes are the same question.
        run_id: the run that holds it, or was the last to.
    """

    plan_id: str
    account: str
    scope: str
    stage: Stage
    run_id: str
    owner: str | None
    lease_until: datetime | None
    created_at: datetime
    ended_at: datetime | None

    def is_held(self, now: datetime) -> bool:
        """Whether a process that may be alive is at work on it."""
        has_lease = self.owner is not None and self.lease_until is not None and self.lease_until > now
        return has_lease and not is_gone(str(self.owner))


def find(connection: Connection, condition: ColumnElement[bool]) -> Plan | None:
    """The newest plan that meets the condition, or None."""
    row = connection.execute(select(plans).where(condition).order_by(*_NEWEST_FIRST).limit(1)).one_or_none()
    return None if row is None else Plan(**row._asdict() | {"stage": Stage(row.stage)})


def under_way(connection: Connection, account: str) -> Plan | None:
    """The one plan of the account that has not ended."""
    return find(connection, (plans.c.account == account) & (plans.c.stage != Stage.ENDED))


def of_run(connection: Connection, run_id: str) -> Plan | None:
    """The plan that a run made, or went on with; the runs of all its attempts count for a flow run."""
    columns = (plans.c.plan_id, plans.c.run_id)
    alike = or_(*(column == run_id for column in columns), *(_begins(column, f"{run_id}-") for column in columns))
    statement = select(plans.c.plan_id, plans.c.run_id).where(alike).order_by(*_NEWEST_FIRST)
    for plan_id, last_run_id in connection.execute(statement):
        if any(
            _ATTEMPT.fullmatch(one.removeprefix(run_id)) for one in (plan_id, last_run_id) if one.startswith(run_id)
        ):
            return find(connection, plans.c.plan_id == plan_id)
    return None


def known_runs(connection: Connection, flow_run_ids: Collection[str]) -> dict[str, bool]:
    """Flow runs that made or went on with a plan, and whether one of their plans has not ended."""
    found: dict[str, bool] = {}
    for column in (plans.c.plan_id, plans.c.run_id):
        # Attempts and plans begun again carry a number behind the flow run's id.
        flow_run_id = func.substr(column, 1, FLOW_RUN_ID_LENGTH)
        for known, stage in connection.execute(select(flow_run_id, plans.c.stage).where(flow_run_id.in_(flow_run_ids))):
            found[known] = found.get(known, False) or stage != Stage.ENDED
    return found


def _begins(column: Any, words: str) -> ColumnElement[bool]:
    return column.startswith(words, autoescape=True)  # type: ignore[no-any-return]  # a column of any table


def take(connection: Connection, plan: Plan, run: Run, until: datetime) -> bool:
    """Hold a plan that nobody holds any longer; false if another was quicker."""
    unchanged = [plans.c.owner.is_not_distinct_from(plan.owner), plans.c.run_id == plan.run_id]
    taken = update(plans).where(plans.c.plan_id == plan.plan_id, plans.c.stage == plan.stage, *unchanged)
    return connection.execute(taken.values(run_id=run.id, owner=run.owner, lease_until=until)).rowcount == 1


def begin(connection: Connection, run: Run, account: str, scope: str, now: datetime, until: datetime) -> Plan | None:
    """A new plan held by the run; None if the account has one under way, or one of this name."""
    plan = Plan(_free_id(connection, run.id), account, scope, Stage.PLANNING, run.id, run.owner, until, now, None)
    values = {column.name: getattr(plan, column.name) for column in plans.columns}
    statement = insert_into(connection.dialect.name, plans).values(**values).on_conflict_do_nothing()
    return plan if connection.execute(statement.returning(plans.c.plan_id)).first() else None


def _free_id(connection: Connection, run_id: str) -> str:
    """The run's id; with a number when the same run begins again."""
    known = set(connection.scalars(select(plans.c.plan_id).where(plans.c.plan_id.startswith(run_id, autoescape=True))))
    candidates = (run_id if number == 0 else f"{run_id}-again-{number}" for number in range(len(known) + 1))
    return next(one for one in candidates if one not in known)


def renew(connection: Connection, run: Run, until: datetime) -> int:
    """Hold what the run holds until then; how many plans."""
    mine = update(plans).where(plans.c.owner == run.owner, plans.c.run_id == run.id)
    return connection.execute(mine.values(lease_until=until)).rowcount


def let_go(connection: Connection, run: Run) -> None:
    """Hold nothing any longer."""
    connection.execute(update(plans).where(plans.c.owner == run.owner, plans.c.run_id == run.id).values(**NOBODY))


def set_stage(connection: Connection, plan_id: str, run: Run, stage: Stage, now: datetime) -> bool:
    """Note how far it is; false if the run does not hold it any longer."""
    values: dict[str, Any] = {"stage": stage} | ({"ended_at": now, **NOBODY} if stage is Stage.ENDED else {})
    held = (plans.c.plan_id == plan_id, plans.c.run_id == run.id, plans.c.owner == run.owner)
    return connection.execute(update(plans).where(*held).values(**values)).rowcount == 1
