"""What became of each submitted asset, found out by looking where it is: the end of a job proves nothing."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.asset_walk import walk_assets
from dashmedia.dam.criteria import Range
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.transitions import Transition
from dashmedia.errors import AuthError, PermissionDeniedError, RejectedError
from dashmedia.ledger.promotion_conditions import UNSEEN, by, of, seen_in, under, under_none_of
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.ledger.rows import in_batches
from dashmedia.limits import DAM_ASSET_PAGE_ROWS
from dashmedia.promotion.planning import count_in
from dashmedia.promotion.scopes import in_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset
    from dashmedia.ledger.promotion_rows import PlanRows
    from dashmedia.promotion.session import PromotionSession

log = logging.getLogger(__name__)

#: Never look up more assets than so many one by one, however many pages that would save. Ours.
LOOK_UPS_MAX = 100

#: The date that an asset gets when it comes into a state; of the bin there is none.
DATE_OF = {wire.PENDING_APPROVAL: wire.DATE_PENDING_APPROVAL, wire.LIVE: wire.DATE_LIVE}

#: How far the service's clock may differ from ours.
CLOCKS_APART = timedelta(days=1)

SUBMITTED = of(RowState.SUBMITTED)


def verify_moves(session: PromotionSession) -> None:
    """Settle every submitted asset of the plan by where it is now.

    If every job said that all is done, and the counts of all states changed by exactly that much, it is. Else what is left
    in the source states is read, asset by asset; and what is not there, and the counts do not prove, is looked for.
    """
    steps = submitted_steps(session.rows)
    if not steps:
        return
    now = {state: count_in(session, state) for state in session.before}
    if not session.is_doubtful and _is_explained(session.before, now, steps):
        session.rows.settle(RowState.MOVED, SUBMITTED)
        return
    read_sources(session, session.rows)
    if _is_explained(session.before, now, submitted_steps(session.rows, unseen=True)):
        session.rows.settle(RowState.MOVED, SUBMITTED & UNSEEN)
    read_targets(session, session.rows, session.began_at)
    settle_each(session, session.rows)


def submitted_steps(rows: PlanRows, *, unseen: bool = False) -> dict[Transition, int]:
    """How many assets are submitted, by transition; only those seen nowhere, if wanted."""
    steps = {Transition(step) for _, step, state, _ in rows.counts() if state is RowState.SUBMITTED}
    where = SUBMITTED & UNSEEN if unseen else SUBMITTED
    return {step: rows.count(where & by(step)) for step in sorted(steps)}


def _is_explained(before: Mapping[str, int], now: Mapping[str, int], moved: Mapping[Transition, int]) -> bool:
    """Whether the counts of all states changed exactly as these moves would change them; false when none were taken."""
    expected = Counter(before)
    for step, number in moved.items():
        expected[step.source] -= number
        expected[step.target] += number
    return bool(before) and all(now[state] == expected[state] for state in before)


def read_sources(session: PromotionSession, rows: PlanRows) -> None:
    """Mark the submitted assets that are still in the state they were to leave."""
    rows.unmark()
    for source in sorted({step.source for step in submitted_steps(rows)}):
        _read(session, rows, in_state(source), count_in(session, source))


def read_targets(session: PromotionSession, rows: PlanRows, since: datetime) -> None:
    """Mark the others where they are; what is nowhere stays unmarked.

    Args:
        session: the run.
        rows: of the plan, which may be an earlier run's.
        since: no later than its first submission.
    """
    for target in sorted({step.target for step, number in submitted_steps(rows, unseen=True).items() if number}):
        recent = _recent(target, since)
        try:
            _read(session, rows, recent, session.client.search_assets(recent, 0, wire.COUNT_ROWS).total)
        except RejectedError as error:
            if isinstance(error, (AuthError, PermissionDeniedError)) or recent == in_state(target):
                raise
            log.warning("%s is read as a whole: %s", target, error)
            _read(session, rows, in_state(target), count_in(session, target))
    _look_up(session, rows, LOOK_UPS_MAX)


def _recent(state: str, since: datetime) -> Criterion:
    """Assets that came into the state lately, where the API tells when; a superset of what this plan moved."""
    if state not in DATE_OF:
        return in_state(state)
    return in_state(state) & Range.of_times(Fixed(DATE_OF[state]), _whole_seconds(since - CLOCKS_APART))


def _whole_seconds(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _read(session: PromotionSession, rows: PlanRows, criterion: Criterion, total: int) -> None:
    """Mark what is there, by pages, or one by one where that takes fewer requests."""
    pages = -(-total // DAM_ASSET_PAGE_ROWS)
    if not rows.count(SUBMITTED & UNSEEN) or _look_up(session, rows, min(LOOK_UPS_MAX, pages - 1)):
        return
    for assets in in_batches(walk_assets(session.client, criterion)):
        for state, ids in _by_state(assets):
            rows.mark(ids, state)


def _look_up(session: PromotionSession, rows: PlanRows, most: int) -> bool:
    """Ask for each asset that was not seen yet, if there are no more than `most`; whether they were asked for."""
    if not 0 < rows.count(SUBMITTED & UNSEEN) <= most:
        return False
    found = session.client.assets(rows.ids(SUBMITTED & UNSEEN))
    for state, ids in _by_state([one for one in found.values() if one is not None]):
        rows.mark(ids, state)
    return True


def _by_state(assets: list[Asset]) -> Iterator[tuple[str, list[str]]]:
    states: dict[str, list[str]] = {}
    for one in assets:
        states.setdefault(one.lifecycle_status.state, []).append(one.id)
    yield from states.items()


def settle_each(session: PromotionSession, rows: PlanRows, *, is_last: bool = False) -> None:
    """Turn where each submitted asset was seen into what became of it.

    Args:
        session: the run; of its overdue jobs, assets that have not moved stay submitted, as the next run waits for them.
        rows: of the plan.
        is_last: whether nothing may stay submitted.
    """
    waiting = () if is_last else session.overdue
    for step in submitted_steps(rows):
        mine = SUBMITTED & by(step)
        stayed, kind = mine & seen_in(step.source) & under_none_of(waiting), f"still {step.source}"
        rows.settle(RowState.MOVED, mine & seen_in(step.target))
        for key, words in session.doubts.items():
            rows.settle(RowState.FAILED, stayed & under(key), kind, words)
        rows.settle(RowState.FAILED, stayed, kind, f"its job ended, and it is {kind}; the service gave no reason")
        for other in sorted(set(wire.STATES) - {step.source, step.target}):
            words = f"it is {other} now; somebody moved it meanwhile"
            rows.settle(RowState.VANISHED, mine & seen_in(other), f"{other} now", words)
        words = f"it is neither {step.source} nor {step.target} any more; it may have been deleted"
        rows.settle(RowState.VANISHED, mine & UNSEEN, "gone", words)
