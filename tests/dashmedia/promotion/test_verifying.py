"""What became of each asset is found out by looking where it is, whatever the jobs said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from support.promoting import (
    LIVE_RULE,
    RULE,
    TO_APPROVAL,
    TO_LIVE,
    assert_moved_once,
    promote,
    seed,
    somebody_moves,
    states_of,
)

from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_schema import RowState


def reasons(report, state):
    return {each.asset_id: each.reason for each in report.listed(state)}


def test_counts_that_agree_prove_it_in_one_request_for_each_state(sandbox, ledger):
    seed(sandbox, 12)
    sandbox.forget("requests")

    report = promote(sandbox, ledger, job_size=100)

    requests = sandbox.ask("requests")
    assert report.moved == 12
    assert requests["submit_lifecycle_job"] == 1
    assert requests["search_assets"] == 7


@pytest.mark.parametrize("wrong_state", ["failure", "skipped"])
def test_an_asset_that_somebody_moved_meanwhile_is_neither_moved_nor_failed(sandbox, ledger, wrong_state):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"wrong_state": wrong_state})

    report = promote(
        sandbox, ledger, meanwhile=lambda session: somebody_moves(session, ids[:2], Transition.STAGED_TO_BINNED)
    )

    assert (report.moved, report.vanished, report.failed) == (4, 2, 0)
    assert report.failed_by_reason == {"BINNED now": 2}
    assert_moved_once(sandbox, ids[2:], TO_APPROVAL)
    assert_moved_once(sandbox, ids[:2], Transition.STAGED_TO_BINNED)


@pytest.mark.parametrize("wrong_state", ["failure", "skipped"])
def test_an_asset_that_somebody_moved_there_already_counts_as_moved(sandbox, ledger, wrong_state):
    ids = seed(sandbox, 4)
    sandbox.tell("variant", {"wrong_state": wrong_state})

    report = promote(sandbox, ledger, meanwhile=lambda session: somebody_moves(session, ids[:1], TO_APPROVAL))

    assert report.moved == 4
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_an_asset_that_a_job_fails_is_left_with_the_words_of_the_service_and_moves_next_time(sandbox, ledger):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_failing_keys": [ids[3]]})

    report = promote(sandbox, ledger)
    sandbox.forget("variant")
    again = promote(sandbox, ledger, "run-0002")

    assert (report.moved, report.failed, report.is_complete) == (5, 1, False)
    (words,) = reasons(report, RowState.FAILED).values()
    assert words
    assert "gave no reason" not in words
    assert again.moved == 1
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_job_that_ends_well_and_leaves_half_of_its_assets_out_is_found_out(sandbox, ledger):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_share": 0.5})

    report = promote(sandbox, ledger, job_size=6)
    sandbox.forget("variant")
    again = promote(sandbox, ledger, "run-0002")

    assert (report.moved, report.failed) == (3, 3)
    assert set(reasons(report, RowState.FAILED).values()) == {
        "its job ended, and it is still STAGED; the service gave no reason"
    }
    assert again.moved == 3
    assert_moved_once(sandbox, ids, TO_APPROVAL)


class Boasting:
    """Runs jobs, and says of each that it did everything."""

    def __init__(self, runner):
        self._runner = runner

    def run(self, kind, request_key, body):
        ids = body["selector"]["ids"]
        return replace(self._runner.run(kind, request_key, body), successes={one: {} for one in ids}, failures={})


def test_a_job_that_says_it_did_everything_and_did_half_is_found_out_by_the_counts(sandbox, ledger):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_share": 0.5})

    report = promote(
        sandbox, ledger, job_size=6, meanwhile=lambda session: setattr(session, "runner", Boasting(session.runner))
    )

    assert (report.moved, report.failed) == (3, 3)
    assert Counter(states_of(sandbox, ids).values()) == {"STAGED": 3, "PENDING_APPROVAL": 3}


class Disturbed:
    """Runs jobs, and after each lets somebody do something."""

    def __init__(self, runner, disturb):
        self._runner, self._disturb = runner, disturb

    def run(self, *job):
        done = self._runner.run(*job)
        self._disturb()
        return done


def test_counts_that_agree_only_because_somebody_moved_another_asset_prove_nothing(sandbox, ledger):
    ids = seed(sandbox, 6)
    other = seed(sandbox, 1, filename="other.jpg")
    sandbox.tell("variant", {"job_share": 5 / 6})

    def let_somebody_move(session):
        sandbox.forget("variant")
        somebody_moves(session, other, TO_APPROVAL)

    def disturb(session):
        session.runner = Disturbed(session.runner, lambda: let_somebody_move(session))

    report = promote(sandbox, ledger, job_size=6, meanwhile=disturb)

    assert (report.moved, report.failed) == (5, 1)
    assert Counter(states_of(sandbox, ids).values()) == {"STAGED": 1, "PENDING_APPROVAL": 5}


@pytest.mark.parametrize("tells", [True, False])
def test_a_job_that_fails_half_way_is_settled_asset_by_asset(sandbox, ledger, tells):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_end": "failed", "job_share": 0.5, "job_failed_tells": tells, "bent_jobs": 1})

    report = promote(sandbox, ledger, job_size=6)
    again = promote(sandbox, ledger, "run-0002")

    assert (report.moved, report.failed) == (3, 3)
    assert all("ended as FAILED" in words for words in reasons(report, RowState.FAILED).values())
    assert again.moved == 3
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_counts_that_others_change_meanwhile_lead_to_a_look_at_each_asset(sandbox, ledger):
    ids = seed(sandbox, 5)

    report = promote(sandbox, ledger, meanwhile=None, answer=None, job_size=2)
    more = seed(sandbox, 5)
    strangers = seed(sandbox, 3, values={"Title": False})
    sandbox.tell("variant", {"job_polls": 3})
    disturbed = promote(
        sandbox, ledger, "run-0002",
        meanwhile=lambda session: session.before.update(STAGED=1_000, PENDING_APPROVAL=0),
    )  # fmt: skip

    assert (report.moved, disturbed.moved, disturbed.held) == (5, 5, 3)
    assert_moved_once(sandbox, ids + more, TO_APPROVAL)
    assert_moved_once(sandbox, strangers)


def test_a_service_that_refuses_ranges_is_read_as_a_whole(sandbox, ledger, caplog):
    ids = seed(sandbox, 3, "PENDING_APPROVAL", staged_age_s=300_000, pending_age_s=90_000)
    sandbox.tell("variant", {"job_failing_keys": [ids[0]]})
    sandbox.tell("faults", [{"endpoint": "search_assets", "kind": "status", "status": 400, "after": 6, "times": 1}])

    report = promote(sandbox, ledger, rules=(LIVE_RULE,), meanwhile=lambda session: session.before.update(LIVE=0))

    assert "LIVE is read as a whole" in caplog.text
    assert (report.moved, report.failed) == (2, 1)
    assert_moved_once(sandbox, ids[1:], TO_LIVE)


def test_what_was_deleted_meanwhile_is_gone_and_no_failure(sandbox, ledger):
    ids = seed(sandbox, 3)
    rule = RULE.model_copy(update={"transition": Transition.STAGED_TO_BINNED})

    report = promote(sandbox, ledger, rules=(rule,), meanwhile=lambda session: session.rows.add([_stranger(rule)]))

    assert (report.moved, report.vanished, report.is_complete) == (3, 1, True)
    assert "There is no asset" in reasons(report, RowState.VANISHED)["00000000-gone"]
    assert report.failed_by_reason == {"gone": 1}
    assert set(states_of(sandbox, ids).values()) == {"BINNED"}


def _stranger(rule):
    """A row of an asset that is not there, as if it had been deleted after the plan was made."""
    from dashmedia.ledger.promotion_rows import NewRow  # noqa: PLC0415 - needed by this one example

    return NewRow("00000000-gone", rule.name, rule.transition, "gone")
