"""Jobs that never end, answers that never come, and services that refuse."""

from __future__ import annotations

from support.promoting import IMPATIENT, TO_APPROVAL, assert_moved_once, promote, seed, states_of

from dashmedia.jobs import JobPace
from dashmedia.ledger import Ledger
from dashmedia.ledger.promotion_schema import RowState

LOST = {"endpoint": "submit_lifecycle_job", "kind": "reset_after"}


def test_large_plans_are_sent_in_jobs_of_the_size_that_was_chosen(sandbox, ledger):
    ids = seed(sandbox, 12)

    report = promote(sandbox, ledger, job_size=5)

    assert report.moved == 12
    assert sandbox.ask("requests")["submit_lifecycle_job"] == 3
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_job_whose_answer_was_lost_is_looked_up_before_it_is_sent_again(sandbox, ledger):
    ids = seed(sandbox, 4)
    sandbox.tell("faults", [LOST])

    report = promote(sandbox, ledger)

    assert (report.moved, report.is_complete) == (4, True)
    assert len(sandbox.ask("jobs")) == 2
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_job_whose_answer_was_lost_and_that_did_its_work_is_not_sent_again(sandbox, ledger):
    ids = seed(sandbox, 4)
    sandbox.tell("variant", {"job_polls": 0})
    sandbox.tell("faults", [LOST])

    report = promote(sandbox, ledger)

    assert report.moved == 4
    assert len(sandbox.ask("jobs")) == 1
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_answers_that_are_lost_twice_leave_the_rest_to_the_next_run(sandbox, ledger):
    ids = seed(sandbox, 4)
    sandbox.tell("faults", [LOST | {"times": 2}])

    report = promote(sandbox, ledger)
    again = promote(sandbox, ledger, "run-0002")

    assert (report.moved, report.failed) == (0, 4)
    assert "Whether it took effect is unknown" in report.listed(RowState.FAILED)[0].reason
    assert again.moved == 4
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_job_that_never_ends_is_waited_for_by_the_next_run_and_then_its_rest_is_sent_anew(sandbox, ledger):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_end": "stuck", "job_share": 0.5, "bent_jobs": 1, "job_polls": 1})

    report = promote(sandbox, ledger, job_size=6, pace=IMPATIENT)
    again = promote(sandbox, ledger, "run-0002", job_size=6, pace=JobPace(budget_s=300))

    assert (report.moved, report.under_way, report.is_complete) == (3, 3, False)
    assert (again.settled, again.moved, again.is_complete) == (3, 3, True)
    assert len(sandbox.ask("jobs")) == 2
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_job_that_ends_after_its_run_gave_up_is_found_by_the_next_one(sandbox, ledger):
    ids = seed(sandbox, 6)
    sandbox.tell("variant", {"job_polls": 5})

    report = promote(sandbox, ledger, job_size=6, pace=IMPATIENT)
    again = promote(sandbox, ledger, "run-0002", job_size=6)

    assert report.under_way > 0
    assert (again.settled, again.looked_at) == (6, 0)
    assert len(sandbox.ask("jobs")) == 1
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_after_a_refusal_nothing_more_is_sent(sandbox, ledger):
    ids = seed(sandbox, 12)
    refusal = {
        "endpoint": "submit_lifecycle_job",
        "kind": "status",
        "status": 403,
        "message": "not for you",
        "after": 1,
    }
    sandbox.tell("faults", [refusal])

    report = promote(sandbox, ledger, job_size=5)

    assert (report.moved, report.failed) == (5, 7)
    assert report.failed_by_reason == {"refused by the service": 5, "not sent after a refusal": 2}
    assert "not for you" in report.listed(RowState.FAILED)[0].reason
    assert sandbox.ask("requests")["submit_lifecycle_job"] == 2
    assert list(states_of(sandbox, ids).values()).count("STAGED") == 7


def test_a_finished_run_leaves_nothing_under_way(sandbox, ledger):
    seed(sandbox, 2)

    promote(sandbox, ledger)

    with Ledger.open(ledger) as kept:
        assert kept.promotions.under_way(sandbox.env["DASH_API_URL"]) is None
        assert kept.promotions.of_run("run-0001").stage == "ended"
