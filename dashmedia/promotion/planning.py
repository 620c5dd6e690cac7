"""The plan: who moves, who is held back and why, kept in the ledger before anything is sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.asset_walk import walk_assets
from dashmedia.errors import ActionNotPermittedError, LimitExceededError
from dashmedia.ledger.promotion_conditions import UNSEEN, counted_under, of, seen_in
from dashmedia.ledger.promotion_schema import RowState, Stage
from dashmedia.ledger.rows import in_batches
from dashmedia.promotion.scopes import in_state, rule_scopes, title_field
from dashmedia.promotion.undoing import UndoScope, no_way_back, undo_ways

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dashmedia.dam.transitions import Transition
    from dashmedia.ledger.promotion_rows import NewRow
    from dashmedia.promotion.scopes import RuleScope
    from dashmedia.promotion.session import PromotionSession

    Scope = RuleScope | UndoScope

log = logging.getLogger(__name__)

#: How the plan counts what a person took out of it.
EXCLUDED = "excluded by a person"
#: How it counts what nobody approved, in a run that goes on with an approved plan.
CHANGED = "changed since the plan was made"


def find_scopes(session: PromotionSession) -> list[Scope]:
    """What the rules, or the run to undo, are about. A name that the account does not have ends the run here.

    Raises:
        SchemaError: see `rule_scopes`.
        LedgerError: nothing is known of the run to undo.
    """
    if session.undone is None:
        return list(rule_scopes(session.options.rules, session.schema, session.client, session.now))
    title_id, done = title_field(session.schema), session.undone
    ways = undo_ways(done, through_bin=session.options.undo_into_bin)
    return [UndoScope(done, forth, back, title_id) for forth, back in ways if back is not None]


def make_plan(session: PromotionSession) -> None:
    """Read every scope once, page by page, and keep what is found about each asset.

    Raises:
        LedgerError: another run is promoting in this account.
        ActionNotPermittedError: the token may not take one of the steps with any asset.
    """
    scopes = find_scopes(session)
    for scope in scopes:
        session.sizes.setdefault(scope.transition.source, count_in(session, scope.transition.source))
    for step in dict.fromkeys(scope.transition for scope in scopes):
        _require_permission(session, step)
    session.begin_plan()
    for found in _without_look(session):
        session.rows.add(found)
    for scope in scopes:
        for found in _judged(session, scope):
            session.rows.add(found)
    _go_on_with_approved(session)
    session.advance(Stage.PLANNED)
    log.info("%d assets looked at, %d would move", session.looked_at, session.planned)


def _require_permission(session: PromotionSession, step: Transition) -> None:
    """Find out before anything is done whether the token may take this step with any asset at all.

    Raises:
        ActionNotPermittedError: it may not.
    """
    size = session.sizes[step.source]
    action = f"{wire.ACTION_MOVE_TO}{step.target}"
    allowed = session.client.search_assets(in_state(step.source), 0, wire.COUNT_ROWS, action=action).total
    if size and not allowed:
        wanted = (("ASSET", action.removeprefix("SEARCH_FOR_")),)
        raise ActionNotPermittedError(f"{wire.ASSET_SEARCH} with {action}", "The token", wanted)
    if allowed < size:
        session.remarks.append(f"Of {size:,} {step.source} assets the token may move {allowed:,} to {step.target}.")


def _without_look(session: PromotionSession) -> Iterator[list[NewRow]]:
    """What is known of assets before they are read: of an undo, all of them."""
    if session.undone is None:
        return
    for forth, back in undo_ways(session.undone, through_bin=session.options.undo_into_bin):
        if back is None:
            yield from no_way_back(session.undone, forth)
        else:
            yield from UndoScope(session.undone, forth, back, None).left_over()


def _judged(session: PromotionSession, scope: Scope) -> Iterator[list[NewRow]]:
    for assets in in_batches(walk_assets(session.client, scope.criterion)):
        found = scope.judge(assets)
        session.look(len(found))
        yield found


def count_in(session: PromotionSession, state: str) -> int:
    """How many assets the account has in that state."""
    return session.client.search_assets(in_state(state), 0, wire.COUNT_ROWS).total


def _go_on_with_approved(session: PromotionSession) -> None:
    """What a person excluded from the plan of the killed run stays excluded; what was approved needs no second answer."""
    if session.approved_before is None:
        return
    for page in session.approved_before.pages(of(RowState.HELD) & counted_under(EXCLUDED)):
        exclude(session, [row.asset_id for row in page])


def is_approved_already(session: PromotionSession) -> bool:
    """Whether each asset of the plan was in the plan that a person approved for a run that was then killed."""
    if session.approved_before is None:
        return False
    known = of(RowState.PLANNED, RowState.FAILED)
    pages = session.rows.pages(of(RowState.PLANNED))
    return all(len(session.approved_before.among([row.asset_id for row in page], known)) == len(page) for page in pages)


def exclude(session: PromotionSession, ids: Collection[str]) -> int:
    """Hold these back, because a person said so; how many of them were to move."""
    before = session.planned
    session.rows.mark(ids, EXCLUDED)
    session.rows.settle(RowState.HELD, of(RowState.PLANNED) & seen_in(EXCLUDED), EXCLUDED, EXCLUDED)
    return before - session.planned


def check_limits(session: PromotionSession) -> None:
    """End the run before it moves more than it may.

    Raises:
        LimitExceededError: it names the numbers.
    """
    options, wanted = session.options, session.planned
    if wanted > options.max_assets:
        told = f"{wanted:,} assets, and may move {options.max_assets:,} (max_assets)"
        raise LimitExceededError(told, wanted, options.max_assets)
    for state, number in session.planned_by_source().items():
        size = max(session.sizes.get(state, 0), number)
        allowed = int(size * options.max_share)
        if number > allowed:
            share = f"{number / size:.0%}, and may move {options.max_share:.0%} (max_share)"
            raise LimitExceededError(f"{number:,} of {size:,} {state} assets, {share}", number, allowed)


def check_again(session: PromotionSession) -> int:
    """Read the scopes once more, days after the plan was made: what does not satisfy its rule any more is held back.

    Nothing is added. How many were taken out.
    """
    before = session.planned
    session.rows.unmark()
    for scope in find_scopes(session):
        for found in _judged(session, scope):
            session.rows.hold([one for one in found if one.kinds])
            session.rows.mark(
                [one.asset_id for one in found if not one.kinds], scope.transition.source, rule=scope.name
            )
    words = "it left its state or its folder after the plan was made"
    session.rows.settle(RowState.HELD, of(RowState.PLANNED) & UNSEEN, CHANGED, words)
    return before - session.planned
