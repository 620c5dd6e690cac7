"""What one promotion did: every asset that it looked at is in exactly one count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState

if TYPE_CHECKING:
    from dashmedia.ledger.promotion_rows import PlanRow, PlanRows
    from dashmedia.promotion.session import PromotionSession

#: How many assets of each state a report lists one by one; `python -m dashmedia.ledger promotion RUN` lists them all.
LISTED_MAX = 500

#: In the order in which people want to read about them.
FATES = (RowState.FAILED, RowState.SUBMITTED, RowState.VANISHED, RowState.PLANNED, RowState.MOVED, RowState.HELD)


class AssetOutcome(BaseModel):
    """One asset: what was to happen to it, what became of it, and why not, in words."""

    model_config = ConfigDict(frozen=True)
    asset_id: str
    name: str
    rule: str
    transition: Transition
    state: RowState
    reason: str = ""


class PromotionReport(BaseModel):
    """The end of one `promote_lifecycle` run. `looked_at` is the sum of the other counts.

    Attributes:
        looked_at: assets in the scope of a rule; one in the scope of two counts once.
        planned: would move, and were not sent (dry run, not approved, limit).
        moved: seen in the target state by a search, or proven to be there by the counts of all states.
        held_by_reason: an asset with two reasons counts under both.
        failed: still in their source state, with words.
        under_way: in a job that has not ended; the next run goes on with it.
        vanished: deleted, or moved elsewhere by somebody, meanwhile.
        settled: assets that a killed run had moved, and this one found out.
        decision: what a person said to the plan; empty when nobody was asked.
        requests: by endpoint, repeats included.
        seconds: wall time, the waiting for an answer included.
        assets: the first `LISTED_MAX` of each state.
    """

    model_config = ConfigDict(frozen=True)
    run_id: str
    undo_of: str | None
    dry_run: bool
    looked_at: int = Field(ge=0)
    planned: int = Field(ge=0)
    moved: int = Field(ge=0)
    held: int = Field(ge=0)
    failed: int = Field(ge=0)
    under_way: int = Field(ge=0)
    vanished: int = Field(ge=0)
    settled: int = Field(ge=0)
    moved_by_transition: dict[str, int]
    planned_by_transition: dict[str, int]
    held_by_reason: dict[str, int]
    failed_by_reason: dict[str, int]
    decision: str
    remarks: tuple[str, ...]
    seconds: float = Field(ge=0)
    requests: dict[str, int]
    assets: tuple[AssetOutcome, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything that was to move did, or nothing was to."""
        return self.failed == 0 and self.under_way == 0

    @property
    def sentence(self) -> str:
        """The whole run in one sentence."""
        words = {"planned": "would move"} if self.dry_run or self.decision else {}
        parts = [
            f"{getattr(self, fate):,} {words.get(fate, fate.replace('_', ' '))}"
            for fate in ("moved", "planned", "held", "failed", "under_way", "vanished")
            if getattr(self, fate)
        ]
        told = (
            f"{self.looked_at:,} {'asset' if self.looked_at == 1 else 'assets'}: {', '.join(parts) or 'nothing to do'}."
        )
        return f"{told} {self.decision}".strip()

    def listed(self, *states: RowState) -> list[AssetOutcome]:
        """The listed assets of these states."""
        return [one for one in self.assets if one.state in states]


def make_report(session: PromotionSession, *, seconds: float) -> PromotionReport:
    """The report of a session whose plan is made, or about to be."""
    counts: dict[RowState, int] = {}
    steps: dict[tuple[RowState, str], int] = {}
    rows = session.rows if session.plan else None
    for _, step, state, number in rows.counts() if rows else ():
        counts[state] = counts.get(state, 0) + number
        steps[state, step] = steps.get((state, step), 0) + number
    return PromotionReport(
        run_id=session.run.id, undo_of=session.options.undo_of, dry_run=session.dry_run,
        looked_at=sum(counts.values()), under_way=counts.get(RowState.SUBMITTED, 0), settled=session.settled,
        **{state: counts.get(state, 0) for state in RowState if state is not RowState.SUBMITTED},
        moved_by_transition=_by_transition(steps, RowState.MOVED),
        planned_by_transition=_by_transition(steps, RowState.PLANNED),
        held_by_reason=rows.kinds(RowState.HELD) if rows else {},
        failed_by_reason=rows.kinds(RowState.FAILED, RowState.VANISHED) if rows else {},
        decision=session.decision, remarks=tuple(session.remarks), seconds=round(seconds, 3),
        requests=session.tally.counts(), assets=tuple(_listed(rows)) if rows else (),
    )  # fmt: skip


def _by_transition(steps: dict[tuple[RowState, str], int], state: RowState) -> dict[str, int]:
    return {str(step): steps[state, step] for step in Transition if (state, step) in steps}


def _listed(rows: PlanRows) -> list[AssetOutcome]:
    return [outcome_of(row) for state in FATES for row in next(rows.pages(of(state), LISTED_MAX), [])]


def outcome_of(row: PlanRow) -> AssetOutcome:
    """A row of the plan as people read it."""
    return AssetOutcome(
        asset_id=row.asset_id, name=row.name, rule=row.rule, transition=Transition(row.transition), state=row.state,
        reason=row.words,
    )  # fmt: skip
