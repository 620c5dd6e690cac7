"""What a run that broke off leaves behind, and how the next one goes on."""

from __future__ import annotations

import pytest
from support.promoting import RULE, TO_APPROVAL, assert_moved_once, opened, promote, seed

from dashmedia.errors import LedgerError
from dashmedia.ledger.promotion_schema import Stage
from dashmedia.promotion.planning import EXCLUDED, exclude, make_plan
from dashmedia.promotion.submitting import submit_batch


def interrupt(_job):
    raise KeyboardInterrupt


def break_off(sandbox, ledger, *, excluded=(), batches=1, stage=Stage.APPROVED, on_progress=None, **options):
    """A run that a person approved, and that ended after some of its batches."""
    with opened(sandbox, ledger, **options) as session:
        session.runner._on_progress = on_progress or session.runner._on_progress
        make_plan(session)
        exclude(session, excluded)
        session.advance(stage)
        for _ in range(batches):
            submit_batch(session)


def never_asked(_session):
    raise AssertionError("a person was asked again")


def test_what_was_approved_before_a_kill_needs_no_second_answer(sandbox, ledger):
    ids = seed(sandbox, 7)
    break_off(sandbox, ledger, job_size=3)

    report = promote(sandbox, ledger, "run-0002", answer=never_asked)

    assert (report.settled, report.moved) == (3, 4)
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_what_a_person_excluded_before_a_kill_stays_excluded(sandbox, ledger):
    ids = seed(sandbox, 6)
    break_off(sandbox, ledger, excluded=ids[4:5], job_size=3)

    report = promote(sandbox, ledger, "run-0002", answer=never_asked)

    assert report.held_by_reason == {EXCLUDED: 1}
    assert_moved_once(sandbox, ids[4:5])
    assert_moved_once(sandbox, [*ids[:4], ids[5]], TO_APPROVAL)


def test_an_asset_that_nobody_approved_is_asked_about(sandbox, ledger):
    seed(sandbox, 6)
    break_off(sandbox, ledger, job_size=3)
    seed(sandbox, 1)
    asked = []

    promote(sandbox, ledger, "run-0002", answer=lambda session: asked.append(session.planned))

    assert asked == [4]


@pytest.mark.parametrize("other", [{"rules": (RULE.model_copy(update={"name": "other"}),)}, {"stage": Stage.PLANNED}])
def test_another_question_or_one_without_an_answer_is_asked(sandbox, ledger, other):
    seed(sandbox, 6)
    break_off(sandbox, ledger, job_size=3, **other)
    asked = []

    report = promote(sandbox, ledger, "run-0002", answer=lambda session: asked.append(session.planned))

    assert asked == [3]
    assert report.settled == 3


def test_a_job_that_went_on_after_the_kill_is_attached_to(sandbox, ledger):
    ids = seed(sandbox, 3)
    sandbox.tell("variant", {"job_polls": 6})
    with pytest.raises(KeyboardInterrupt):
        break_off(sandbox, ledger, on_progress=interrupt)

    report = promote(sandbox, ledger, "run-0002")

    assert (report.settled, report.looked_at) == (3, 0)
    assert len(sandbox.ask("jobs")) == 1
    assert_moved_once(sandbox, ids, TO_APPROVAL)


def test_a_run_that_is_at_work_is_not_disturbed(sandbox, ledger):
    ids = seed(sandbox, 3)

    with opened(sandbox, ledger) as session:
        make_plan(session)
        with pytest.raises(LedgerError, match="Run run-0001 is promoting assets of"):
            promote(sandbox, ledger, "run-0002")

    assert_moved_once(sandbox, ids)


def test_a_dry_run_does_not_touch_what_a_killed_run_left(sandbox, ledger):
    ids = seed(sandbox, 6)
    break_off(sandbox, ledger, job_size=3)

    report = promote(sandbox, ledger, "run-0002", dry_run=True)

    assert (report.planned, report.settled) == (3, 0)
    assert promote(sandbox, ledger, "run-0003").settled == 3
    assert_moved_once(sandbox, ids, TO_APPROVAL)
