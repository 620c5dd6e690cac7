"""What a run that broke off leaves behind, and how the next one goes on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from support.promoting import RULE, TO_APPROVAL, assert_moved_once, opened, promote, seed, somebody_fills

from dashmedia.errors import LedgerError
from dashmedia.ledger.promotion_schema import Stage
from dashmedia.promotion.planning import EXCLUDED, exclude, is_approved_already, make_plan
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


def test_what_was_held_back_in_the_approved_plan_is_asked_about_once_it_may_move(sandbox, ledger):
    seed(sandbox, 3)
    untitled = seed(sandbox, 1, values={"Title": False})
    break_off(sandbox, ledger, job_size=2)
    with opened(sandbox, ledger, "somebody", dry_run=True) as session:
        somebody_fills(session, untitled, "Title", "A title")
    asked = []

    promote(sandbox, ledger, "run-0002", answer=lambda session: asked.append(session.planned))

    assert asked == [2]


class Pages:
    """Rows of a plan in pages, of which some are known."""

    def __init__(self, *pages):
        self._pages = [[SimpleNamespace(asset_id=one) for one in page] for page in pages]

    def pages(self, _condition):
        return iter(self._pages)

    def among(self, ids, _condition):
        known = {row.asset_id for page in self._pages for row in page}
        return {one: TO_APPROVAL for one in ids if one in known}


@pytest.mark.parametrize(
    ("approved", "is_approved"), [(Pages("abcd"), True), (Pages("ab"), False), (Pages("cd"), False)]
)
def test_a_plan_is_approved_only_if_every_page_of_it_was(approved, is_approved):
    session = SimpleNamespace(rows=Pages("ab", "cd"), approved_before=approved)

    assert is_approved_already(session) is is_approved


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
