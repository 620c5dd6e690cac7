"""Taking back what a run moved, as far as the API has a way back.

Of the seven transitions only two are each other's reverse, `LIVE_TO_BINNED` and `BINNED_TO_LIVE`. No transition leads to
STAGED, and none from LIVE to PENDING_APPROVAL: what was promoted can be taken out of sight, into the bin, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_conditions import by, of
from dashmedia.ledger.promotion_rows import NewRow
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.promotion.scopes import in_state, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset
    from dashmedia.ledger.promotion_rows import PlanRow, PlanRows

#: How the plan counts what cannot be undone, and what is elsewhere by now.
NO_WAY_BACK = "no way back"
ELSEWHERE = "no longer where the run put it"


def reverse_of(done: Transition) -> Transition | None:
    """The transition that leads from its target to its source; None where the API has none."""
    return next((one for one in Transition if (one.source, one.target) == (done.target, done.source)), None)


def into_bin(done: Transition) -> Transition | None:
    """The transition from its target to the bin; None from the bin itself."""
    return next(
        (one for one in Transition if one.source == done.target and one.target == Transition.LIVE_TO_BINNED.target),
        None,
    )


def advice(done: Transition) -> str:
    """Why there is no way back, and what there is instead."""
    ways = [one for one in Transition if one.source == done.target]
    told = " or ".join(f"to {one.target} ({one})" for one in ways)
    bin_note = "; undo_into_bin takes that way" if into_bin(done) in ways else ""
    return f"no transition leads from {done.target} back to {done.source}; from there the API goes {told or 'nowhere'}{bin_note}"


@dataclass(frozen=True)
class UndoScope:
    """What a run moved by one transition, and the way to take it back.

    Attributes:
        done: the rows of that run.
        forth: the transition it took.
        transition: the one to take now.
    """

    done: PlanRows
    forth: Transition
    transition: Transition
    title_id: str | None

    @property
    def name(self) -> str:
        """As rules have one."""
        return f"undo {self.forth}"

    @property
    def criterion(self) -> Criterion:
        """All assets where the run put its own; which ones these are, the ledger knows."""
        return in_state(self.forth.target)

    def judge(self, assets: Sequence[Asset]) -> list[NewRow]:
        """Those that the run moved and that are still where it put them."""
        there = {one.id: one for one in assets if one.lifecycle_status.state == self.forth.target}
        moved = self.done.among(there, of(RowState.MOVED) & by(self.forth))
        return [NewRow(one, self.name, self.transition, name_of(there[one], self.title_id)) for one in moved]

    def left_over(self) -> Iterator[list[NewRow]]:
        """Everything that the run moved so, as held back: what is found moves instead."""
        why = f"it is not {self.forth.target} any more: somebody moved it since"
        yield from held_rows(self.done, self.forth, self.name, self.transition, ELSEWHERE, why)


def undo_ways(done: PlanRows, *, through_bin: bool) -> Iterator[tuple[Transition, Transition | None]]:
    """Each transition that the run took, with the one that takes it back; None if there is none."""
    for forth in sorted({Transition(step) for _, step, state, _ in done.counts() if state is RowState.MOVED}):
        back = reverse_of(forth)
        yield forth, back or (into_bin(forth) if through_bin else None)


def no_way_back(done: PlanRows, forth: Transition) -> Iterator[list[NewRow]]:
    """What the run moved by a transition that cannot be taken back, asset by asset, with what can be done."""
    yield from held_rows(done, forth, f"undo {forth}", forth, NO_WAY_BACK, advice(forth))


def held_rows(
    done: PlanRows, forth: Transition, name: str, transition: Transition, kind: str, words: str
) -> Iterator[list[NewRow]]:
    """Rows that say why what the run moved stays where it is."""

    def held(row: PlanRow) -> NewRow:
        return NewRow(row.asset_id, name, transition, row.name, (kind,), (words,))

    for page in done.pages(of(RowState.MOVED) & by(forth)):
        yield [held(row) for row in page]
