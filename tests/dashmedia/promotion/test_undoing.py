"""Taking back what a run moved, as far as the API goes."""

from __future__ import annotations

import pytest
from support.promoting import LIVE_RULE, RULE, TO_APPROVAL, TO_LIVE, assert_moved_once, promote, seed, somebody_moves

from dashmedia.dam.transitions import Transition
from dashmedia.errors import LedgerError, LimitExceededError
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.promotion.undoing import ELSEWHERE, NO_WAY_BACK, advice, into_bin, reverse_of

TO_BIN = Transition.LIVE_TO_BINNED


def test_only_the_bin_has_a_way_back():
    assert {step: reverse_of(step) for step in Transition if reverse_of(step)} == {
        Transition.LIVE_TO_BINNED: Transition.BINNED_TO_LIVE,
        Transition.BINNED_TO_LIVE: Transition.LIVE_TO_BINNED,
    }


def test_everything_but_the_bin_itself_can_go_into_it():
    assert {step for step in Transition if into_bin(step) is None} == {
        step for step in Transition if step.target == "BINNED"
    }


def test_what_has_no_way_back_is_told_what_can_be_done():
    assert advice(TO_LIVE) == (
        "no transition leads from LIVE back to PENDING_APPROVAL; from there the API goes to BINNED (LIVE_TO_BINNED); "
        "undo_into_bin takes that way"
    )
    assert advice(Transition.STAGED_TO_BINNED) == (
        "no transition leads from BINNED back to STAGED; from there the API goes to LIVE (BINNED_TO_LIVE)"
    )


def test_an_undo_without_a_way_back_moves_nothing_and_says_so_for_each_asset(sandbox, ledger):
    ids = seed(sandbox, 3)
    promote(sandbox, ledger)

    report = promote(sandbox, ledger, "run-0002", undo_of="run-0001")

    assert (report.moved, report.held, report.is_complete) == (0, 3, True)
    assert report.held_by_reason == {NO_WAY_BACK: 3}
    assert "PENDING_APPROVAL_TO_BINNED" in report.assets[0].reason
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_an_undo_into_the_bin_takes_only_what_the_run_moved_and_what_is_still_there(sandbox, ledger):
    before = seed(sandbox, 2, "LIVE")
    ids = seed(sandbox, 4, "PENDING_APPROVAL", staged_age_s=300_000, pending_age_s=90_000)
    promote(sandbox, ledger, rules=(LIVE_RULE,))

    report = promote(
        sandbox, ledger, "run-0002", undo_of="run-0001", undo_into_bin=True,
        answer=lambda session: somebody_moves(session, ids[:1], TO_BIN) or True,
    )  # fmt: skip

    assert (report.moved, report.held) == (3, 1)
    assert_moved_once(sandbox, ids, TO_LIVE, TO_BIN)
    assert_moved_once(sandbox, before)


def test_what_the_run_held_back_and_somebody_moved_since_is_not_undone(sandbox, ledger):
    ids = seed(sandbox, 2, "PENDING_APPROVAL", staged_age_s=300_000, pending_age_s=90_000)
    held = seed(sandbox, 1, "PENDING_APPROVAL", staged_age_s=300_000, pending_age_s=60)
    promote(sandbox, ledger, rules=(LIVE_RULE,), answer=lambda session: somebody_moves(session, held, TO_LIVE) or True)

    report = promote(sandbox, ledger, "run-0002", undo_of="run-0001", undo_into_bin=True)

    assert report.moved == 2
    assert_moved_once(sandbox, ids, TO_LIVE, TO_BIN)
    assert_moved_once(sandbox, held, TO_LIVE)


def test_an_undo_can_be_undone_where_the_api_has_a_way_back(sandbox, ledger):
    ids = seed(sandbox, 3, "LIVE")
    expire = RULE.model_copy(update={"transition": TO_BIN})
    promote(sandbox, ledger, rules=(expire,))

    back = promote(sandbox, ledger, "run-0002", undo_of="run-0001")
    forth = promote(sandbox, ledger, "run-0003", undo_of="run-0002")

    assert (back.moved, forth.moved) == (3, 3)
    assert_moved_once(sandbox, ids, TO_BIN, Transition.BINNED_TO_LIVE, TO_BIN)


def test_what_somebody_moved_on_since_is_left_there(sandbox, ledger):
    ids = seed(sandbox, 3, "LIVE")
    promote(sandbox, ledger, rules=(RULE.model_copy(update={"transition": TO_BIN}),))
    promote(sandbox, ledger, "run-0002", undo_of="run-0001")

    report = promote(sandbox, ledger, "run-0003", undo_of="run-0001")

    assert report.held_by_reason == {ELSEWHERE: 3}
    assert_moved_once(sandbox, ids, TO_BIN, Transition.BINNED_TO_LIVE)


def test_an_undo_keeps_to_the_limits_and_to_a_dry_run(sandbox, ledger):
    seed(sandbox, 3, "LIVE")
    promote(sandbox, ledger, rules=(RULE.model_copy(update={"transition": TO_BIN}),))

    planned = promote(sandbox, ledger, "run-0002", undo_of="run-0001", dry_run=True)
    with pytest.raises(LimitExceededError):
        promote(sandbox, ledger, "run-0003", undo_of="run-0001", max_assets=2)

    assert (planned.planned, planned.moved) == (3, 0)
    assert {tuple(steps) for steps in sandbox.ask("moves").values()} == {(str(TO_BIN),)}


@pytest.mark.parametrize(("run_id", "words"), [("run-9999", "is not in the ledger at"), ("run-0001", "moved nothing")])
def test_a_run_that_moved_nothing_cannot_be_undone(sandbox, ledger, run_id, words):
    promote(sandbox, ledger)

    with pytest.raises(LedgerError, match=f"Run {run_id} cannot be undone: it {words}"):
        promote(sandbox, ledger, "run-0002", undo_of=run_id)


def test_the_undone_run_is_reported(sandbox, ledger):
    seed(sandbox, 1, "LIVE")
    promote(sandbox, ledger, rules=(RULE.model_copy(update={"transition": TO_BIN}),))

    report = promote(sandbox, ledger, "run-0002", undo_of="run-0001")

    assert report.undo_of == "run-0001"
    assert [(each.rule, each.state) for each in report.assets] == [("undo LIVE_TO_BINNED", RowState.MOVED)]
