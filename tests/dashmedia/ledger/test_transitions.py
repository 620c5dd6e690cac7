from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashmedia.errors import IllegalTransitionError
from dashmedia.ledger import FAILED, Failure, Ledger, NewItem, State, Transition, Verdict
from dashmedia.ledger.states import STEPS

OTHER = "another-host/boot/ns/1/1.00"


def states(ledger):
    return {item.filename: item.state for item in ledger.find("1.jpg")} | {
        item.filename: item.state for item in ledger.find("2.jpg")
    }


def test_an_item_goes_from_planned_to_ready_and_its_history_says_so(ledger, begin, new_item):
    run = begin()
    key = new_item(1).key
    ledger.claim([new_item(1)], run)

    for step in (
        Transition(key, State.URL_ISSUED),
        Transition(key, State.BYTES_PUT, bare_url="https://storage.example/1.jpg"),
        Transition(key, State.SUBMITTED),
        Transition(key, State.CREATED, remote_id="700000001", note="answered"),
        Transition(key, State.READY),
    ):
        assert ledger.record(run, [step]) == frozenset()

    ((item, moves),) = ledger.history("1.jpg")
    assert (item.state, item.remote_id, item.bare_url) == (State.READY, "700000001", "https://storage.example/1.jpg")
    assert item.owner is None
    assert [move.state for move in moves] == [str(state) for state in State]
    assert [move.note for move in moves if move.note] == ["answered"]


def test_several_steps_of_one_item_are_taken_in_their_order(ledger, begin, new_item):
    run = begin()
    key = new_item(1).key
    ledger.claim([new_item(1)], run)

    ledger.record(
        run,
        [
            Transition(key, State.URL_ISSUED),
            Transition(key, State.BYTES_PUT, bare_url="https://storage.example/1"),
            Transition(key, State.SUBMITTED),
            Transition(key, State.CREATED, remote_id="7"),
            Transition(key, State.READY),
        ],
    )

    ((item, moves),) = ledger.history("1.jpg")
    assert (item.state, item.owner, item.lease_until) == (State.READY, None, None)
    assert [move.state for move in moves] == [str(state) for state in State]


def test_an_illegal_step_is_refused_and_none_of_its_batch_is_taken(ledger, begin, new_item):
    run = begin()
    ledger.claim([new_item(1), new_item(2)], run)

    with pytest.raises(IllegalTransitionError, match=r"2\.jpg.*from `planned` to `created`.*None of these 2 steps"):
        ledger.record(
            run,
            [Transition(new_item(1).key, State.URL_ISSUED), Transition(new_item(2).key, State.CREATED, remote_id="7")],
        )

    assert states(ledger) == {"1.jpg": State.PLANNED, "2.jpg": State.PLANNED}


def test_steps_of_rows_that_another_run_took_are_handed_back_and_the_others_are_taken(ledger, begin, new_item, clock):
    slow, quick = begin("run-1", owner=OTHER), begin("run-2")
    ledger.claim([new_item(1), new_item(2)], slow)
    clock.now += 91
    ledger.claim([new_item(1)], quick)

    lost = ledger.record(slow, [Transition(new_item(number).key, State.SUBMITTED) for number in (1, 2, 3)])
    also_lost = ledger.fail(slow, [Failure(new_item(1).key, "no answer", retryable=True)])

    assert lost == {new_item(1).key, new_item(3).key}
    assert also_lost == {new_item(1).key}
    assert states(ledger) == {"1.jpg": State.PLANNED, "2.jpg": State.SUBMITTED}


def test_a_step_holds_the_row_for_another_lease(ledger, begin, new_item, clock):
    run = begin("run-1", owner=OTHER)
    ledger.claim([new_item(1)], run)
    clock.now += 80
    ledger.record(run, [Transition(new_item(1).key, State.SUBMITTED)])
    clock.now += 80

    (claim,) = ledger.claim([new_item(1)], begin("run-2"))

    assert claim.verdict is Verdict.HELD


def test_a_failure_keeps_the_state_that_was_reached_and_lets_the_row_go(ledger, begin, new_item):
    run = begin()
    ledger.claim([new_item(1)], run)
    ledger.record(run, [Transition(new_item(1).key, State.SUBMITTED)])

    ledger.fail(run, [Failure(new_item(1).key, "", retryable=True)])

    ((item, moves),) = ledger.history("1.jpg")
    assert (item.state, item.shown, item.owner) == (State.SUBMITTED, FAILED, None)
    assert item.failure_reason == "no reason was given"
    assert [move.state for move in moves] == ["planned", "submitted", "failed"]


def test_nothing_to_record_is_nothing_lost(ledger, begin):
    run = begin()

    assert ledger.record(run, []) == frozenset()
    assert ledger.fail(run, []) == frozenset()


KEYS = st.integers(0, 2)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.sampled_from(["a", "b"]), KEYS),
        st.tuples(st.just("record"), st.sampled_from(["a", "b"]), KEYS, st.sampled_from(list(State)), st.booleans()),
        st.tuples(st.just("fail"), st.sampled_from(["a", "b"]), KEYS, st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([30, 100])),
        st.tuples(st.just("release"), st.sampled_from(["a", "b"])),
    ),
    max_size=25,
)


def perform(ledger, runs, clock, operation):
    match operation:
        case "claim", run, number:
            ledger.claim([numbered(number)], runs[run])
        case "record", run, number, state, adopted:
            with contextlib.suppress(IllegalTransitionError):
                ledger.record(runs[run], [Transition(numbered(number).key, state, remote_id="7", adopted=adopted)])
        case "fail", run, number, retryable:
            ledger.fail(runs[run], [Failure(numbered(number).key, "no", retryable=retryable)])
        case "wait", seconds:
            clock.now += seconds
        case "release", run:
            ledger.release(runs[run])


def numbered(number):
    return NewItem("social:1", f"{number:064x}", "0" * 32, 1, f"{number}.jpg", f"{number}.jpg", "image/jpeg")


def is_legal(before, after):
    return after == before or after in STEPS[State(before)] or after in {State.CREATED, State.READY}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_no_sequence_of_operations_leads_a_row_back_or_out_of_ready(ledger_of_examples, operations):
    ledger, clock, begin = ledger_of_examples()
    runs = {name: begin(ledger, name) for name in "ab"}

    for operation in operations:
        perform(ledger, runs, clock, operation)

    for number in range(3):
        for item, moves in ledger.history(numbered(number).sha256):
            reached = [move.state for move in moves if move.state != FAILED]
            assert all(is_legal(*pair) for pair in itertools.pairwise(reached))
            assert reached[-1] == item.state
            assert reached.count("ready") <= 1
            assert item.state is not State.READY or (item.owner is None and moves[-1].state == "ready")


@pytest.fixture
def ledger_of_examples(url, clock):
    """The same ledger for all examples, each in sole possession of its rows."""
    ledger = Ledger.open(url, clock=clock)
    number = iter(range(10_000))

    def fresh():
        with ledger._database.write() as connection:
            for table in ("ledger_items", "ledger_history"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        return (
            ledger,
            clock,
            lambda ledger, name: ledger.start_run(
                f"{name}{next(number)}", flow="f", source="s", owner=f"{name}/boot/ns/1/1.00"
            ),
        )

    yield fresh
    ledger.close()
