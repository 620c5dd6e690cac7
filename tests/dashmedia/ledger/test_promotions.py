from __future__ import annotations

import pytest

from dashmedia.errors import LedgerError
from dashmedia.ledger.promotion_schema import Stage

ACCOUNT = "https://dam"


@pytest.fixture
def book(ledger):
    return ledger.promotions


def test_one_account_has_one_plan_under_way(book, begin):
    book.begin(begin("run-1"), ACCOUNT, "scope")

    with pytest.raises(LedgerError, match="Run run-1 is promoting assets of https://dam since"):
        book.begin(begin("run-2"), ACCOUNT, "scope")
    other = book.begin(begin("run-2"), "https://other", "scope")

    assert book.under_way(ACCOUNT).run_id == "run-1"
    assert other.plan_id == "run-2"


def test_an_ended_plan_makes_room_and_the_same_run_may_begin_again(book, begin):
    run = begin("run-1")
    first = book.begin(run, ACCOUNT, "scope")
    book.advance(first, run, Stage.ENDED)

    second = book.begin(run, ACCOUNT, "scope")

    assert second.plan_id == "run-1-again-1"
    assert book.of_run("run-1").plan_id == "run-1-again-1"


def test_a_plan_is_taken_over_only_when_its_holder_is_gone(book, begin, clock):
    book.begin(begin("run-1", owner="elsewhere/boot/1/2/3.0"), ACCOUNT, "scope")

    with pytest.raises(LedgerError, match="answer or cancel that one, or wait"):
        book.take(book.under_way(ACCOUNT), begin("run-2"))
    clock.now += book.lease_s
    book.take(book.under_way(ACCOUNT), begin("run-2"))

    assert book.under_way(ACCOUNT).run_id == "run-2"


def test_a_plan_that_was_let_go_is_taken_at_once(book, begin):
    run = begin("run-1")
    book.begin(run, ACCOUNT, "scope")
    book.let_go(run)

    book.take(book.under_way(ACCOUNT), begin("run-2"))

    assert book.under_way(ACCOUNT).run_id == "run-2"


def test_of_two_that_take_it_one_comes_too_late(book, begin):
    run = begin("run-1")
    book.begin(run, ACCOUNT, "scope")
    book.let_go(run)
    seen = book.under_way(ACCOUNT)

    book.take(seen, begin("run-2"))

    with pytest.raises(LedgerError):
        book.take(seen, begin("run-3"))


def test_a_renewed_plan_stays_held(book, begin, clock):
    run = begin("run-1", owner="elsewhere/boot/1/2/3.0")
    book.begin(run, ACCOUNT, "scope")
    clock.now += book.lease_s - 1

    renewed = book.renew(run)
    clock.now += book.lease_s - 1

    assert renewed == 1
    assert book.under_way(ACCOUNT).is_held(book._now())


def test_a_run_that_lost_its_plan_does_not_get_any_further(book, begin):
    run = begin("run-1")
    plan = book.begin(run, ACCOUNT, "scope")
    book.let_go(run)
    book.take(book.under_way(ACCOUNT), begin("run-2"))

    with pytest.raises(LedgerError, match="Another run took over the promotion plan run-1"):
        book.advance(plan, run, Stage.APPROVED)


@pytest.mark.parametrize(("asked", "found"), [
    ("8f3a1234-aa", "8f3a1234-aa"), ("8f3a1234-aa-2", "8f3a1234-aa-2"), ("8f3a1234", None), ("%", None), ("", None),
])  # fmt: skip
def test_a_plan_is_found_by_its_run_or_an_attempt_of_it(book, begin, asked, found):
    for name in ("8f3a1234-aa", "8f3a1234-aa-2"):
        run = begin(name)
        book.advance(book.begin(run, ACCOUNT, "scope"), run, Stage.ENDED)

    plan = book.of_run(asked)

    assert (plan and plan.plan_id) == (found if asked != "8f3a1234-aa" else plan.plan_id)


def test_of_several_attempts_the_newest_is_found(book, begin, clock):
    for name in ("8f3a1234-aa", "8f3a1234-aa-2"):
        run = begin(name)
        book.advance(book.begin(run, ACCOUNT, "scope"), run, Stage.ENDED)
        clock.now += 1

    assert book.of_run("8f3a1234-aa").plan_id == "8f3a1234-aa-2"


def test_flow_runs_are_told_apart_by_whether_their_promotion_has_ended_whatever_the_attempt(book, begin):
    ended, open_, other = (f"{number}" * 8 + "-1111-4111-8111-111111111111" for number in "123")
    run = begin(f"{ended}-2")
    book.advance(book.begin(run, ACCOUNT, "scope"), run, Stage.ENDED)
    book.begin(begin(open_), ACCOUNT, "scope")

    assert book.known_runs([ended, open_, other]) == {ended: False, open_: True}
