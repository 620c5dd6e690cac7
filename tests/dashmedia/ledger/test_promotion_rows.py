from __future__ import annotations

import pytest

from dashmedia.errors import LedgerError
from dashmedia.ledger.promotion_conditions import by, of, seen_in, under
from dashmedia.ledger.promotion_rows import NewRow
from dashmedia.ledger.promotion_schema import RowState, Stage

STEP = "STAGED_TO_LIVE"


@pytest.fixture
def plan(ledger, begin):
    return ledger.promotions.begin(begin(), "https://dam", "scope")


@pytest.fixture
def rows(ledger, plan):
    return ledger.promotions.rows(plan.plan_id)


def new(asset_id, rule="first", *kinds):
    return NewRow(asset_id, rule, STEP, f"name of {asset_id}", kinds, tuple(f"in words: {kind}" for kind in kinds))


def told(rows, *states):
    return {row.asset_id: (row.rule, row.words) for page in rows.pages(of(*states)) for row in page}


def test_a_row_comes_back_as_it_went_in(rows):
    rows.add([new("a", "first", "no title", "too young"), new("b")])

    (page,) = rows.pages(of(*RowState))

    assert [row.asset_id for row in page] == ["a", "b"]
    assert page[0].state is RowState.HELD
    assert (page[0].kinds, page[0].words) == (("no title", "too young"), "in words: no title; in words: too young")
    assert (page[1].state, page[1].kinds, page[1].words) == (RowState.PLANNED, (), "")


def test_of_two_rules_the_first_that_moves_an_asset_has_it(rows):
    rows.add([new("a"), new("b", "first", "no title"), new("c", "first", "no title")])
    rows.add([new("a", "second"), new("b", "second"), new("c", "second", "too young")])

    assert told(rows, RowState.PLANNED) == {"a": ("first", ""), "b": ("second", "")}
    assert told(rows, RowState.HELD) == {"c": ("first", "in words: no title")}


def test_an_asset_with_two_reasons_counts_under_both(rows):
    rows.add([new("a", "r", "no title", "too young"), new("b", "r", "no title"), new("c")])

    assert rows.kinds(RowState.HELD) == {"no title": 2, "too young": 1}


def test_pages_are_read_one_after_the_other(rows):
    rows.add([new(f"a-{number:02}") for number in range(7)])

    assert [len(page) for page in rows.pages(of(RowState.PLANNED), 3)] == [3, 3, 1]


def test_a_batch_is_submitted_under_its_key_and_no_asset_twice(rows, begin):
    rows.add([new(one) for one in "abc"])
    run = begin()

    batches = [rows.next_batch(run, STEP, 2, f"key-{number}") for number in range(3)]

    assert batches == [["a", "b"], ["c"], []]
    assert rows.keys_under_way() == [("key-0", STEP), ("key-1", STEP)]
    assert rows.ids(under("key-0")) == ["a", "b"]


def test_a_run_that_lost_its_plan_submits_nothing(rows, begin):
    rows.add([new("a")])

    with pytest.raises(LedgerError, match="Another run took over the promotion plan run-1 of run run-2"):
        rows.next_batch(begin("run-2"), STEP, 2, "key")

    assert rows.count(of(RowState.SUBMITTED)) == 0


def test_words_of_the_service_come_before_ours(rows, begin):
    rows.add([new(one) for one in "ab"])
    rows.next_batch(begin(), STEP, 9, "key")
    rows.note({"a": "wrong state"})
    rows.mark(["a", "b"], "STAGED")

    changed = rows.settle(
        RowState.FAILED, of(RowState.SUBMITTED) & by(STEP) & seen_in("STAGED"), "still STAGED", "no reason"
    )

    assert changed == 2
    assert told(rows, RowState.FAILED) == {"a": ("first", "wrong state"), "b": ("first", "no reason")}
    assert rows.kinds(RowState.FAILED) == {"still STAGED": 2}


def test_what_moved_after_all_has_no_words_left(rows, begin):
    rows.add([new("a")])
    rows.next_batch(begin(), STEP, 9, "key")
    rows.note({"a": "time-out"})

    rows.settle(RowState.MOVED, of(RowState.SUBMITTED))

    assert told(rows, RowState.MOVED) == {"a": ("first", "")}


def test_only_what_is_planned_by_the_same_rule_is_held_back_later(rows):
    rows.add([new("a", "first"), new("b", "second")])

    rows.hold([new("a", "first", "too young"), new("b", "first", "too young")])

    assert told(rows, RowState.HELD) == {"a": ("first", "in words: too young")}


def test_marks_are_for_what_is_not_over_and_can_be_wiped_off(rows):
    rows.add([new("a"), new("b", "first", "no title"), new("c", "second")])

    rows.mark(["a", "b", "c"], "LIVE", rule="first")
    marked = rows.ids(seen_in("LIVE"))
    rows.unmark()

    assert (marked, rows.ids(seen_in("LIVE"))) == (["a"], [])


def test_what_never_moved_is_forgotten_with_the_next_plan(ledger, begin, plan, rows):
    rows.add([new("a"), new("b", "r", "no title")])
    rows.settle(RowState.MOVED, of(RowState.PLANNED))
    ledger.promotions.advance(plan, begin(), Stage.ENDED)
    later = ledger.promotions.begin(begin("run-2"), "https://dam", "scope")

    ledger.promotions.rows(later.plan_id).forget_others("https://dam")

    assert rows.ids(of(*RowState)) == ["a"]
