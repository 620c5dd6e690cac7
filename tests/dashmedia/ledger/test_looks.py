from __future__ import annotations

import pytest

from dashmedia.ledger import Failure, State, Transition
from dashmedia.ledger.rows import pages_of_items
from dashmedia.ledger.schema import items

OTHER = "another-host/boot/ns/1/1.00"


@pytest.fixture
def busy(ledger, begin, new_item):
    """1 is ready, 2 in quarantine, 3 failed for now, 4 left in the middle of a create, 5 in another run's hands."""
    run, other = begin("run-1"), begin("run-2", owner=OTHER)
    keys = {number: new_item(number).key for number in range(1, 6)}
    ledger.claim([new_item(number) for number in range(1, 5)], run)
    ledger.record(run, [Transition(keys[number], State.SUBMITTED) for number in (1, 4)])
    ledger.record(run, [Transition(keys[1], State.READY, remote_id="700000001")])
    ledger.fail(run, [Failure(keys[2], "refused with 400", retryable=False)])
    ledger.fail(run, [Failure(keys[3], "no answer", retryable=True)])
    ledger.release(run)
    ledger.claim([new_item(5)], other)
    return ledger


def test_the_summary_counts_rows_and_bytes_by_destination_and_state(busy):
    counted = {(each.shown, each.rows, each.bytes) for each in busy.summary()}

    assert counted == {("ready", 1, 1001), ("failed", 2, 2005), ("submitted", 1, 1004), ("planned", 1, 1005)}


def test_the_summary_of_an_empty_ledger_is_empty(ledger):
    assert ledger.summary() == []


def test_an_item_is_found_by_everything_a_person_may_know_of_it(busy, new_item):
    sha256 = new_item(1).sha256
    (row,) = busy.find("1.jpg")

    for words in (sha256, sha256[:12].upper(), "ugc/1.jpg", row.source_id, "700000001"):
        assert [item.filename for item in busy.find(words)] == ["1.jpg"]
    assert list(busy.find(sha256[:3])) == []


def test_what_is_left_says_why_and_what_to_do(busy, new_item):
    left = {each.item.filename: (each.why, each.next_step) for each in busy.left()}

    assert set(left) == {"2.jpg", "3.jpg", "4.jpg", "5.jpg"}
    assert left["2.jpg"] == ("after `planned`: refused with 400", f"mend it, then: retry {new_item(2).sha256[:12]}")
    assert left["3.jpg"] == ("after `planned`: no answer", "run the flow again")
    assert left["4.jpg"][0] == "interrupted after `submitted`"
    assert "asked whether the create arrived" in left["4.jpg"][1]
    assert OTHER in left["5.jpg"][0]


def test_what_a_run_could_take_now_leaves_out_the_quarantine_and_what_others_hold(busy):
    assert {item.filename for item in busy.unfinished(["social:4242"])} == {"3.jpg", "4.jpg"}
    assert list(busy.unfinished(["social:77"])) == []


def test_a_list_of_several_pages_has_every_row_once_in_the_order_of_keys(ledger, begin, new_item):
    ledger.claim([new_item(number, destination=f"social:{number % 2}") for number in range(7)], begin())

    found = list(pages_of_items(ledger._database, items.c.bytes > 0, page=3))

    assert len(found) == 7
    assert [item.key for item in found] == sorted(item.key for item in found)


def test_a_person_takes_rows_out_of_quarantine_and_the_history_says_so(busy, begin, new_item):
    count = busy.retry(busy.unready())

    ((item, moves),) = busy.history("2.jpg")
    assert count == 1
    assert not item.is_quarantined
    assert (moves[-1].run_id, moves[-1].note) == ("by hand", "taken out of quarantine")
    assert busy.claim([new_item(2)], begin("run-3"))[0].verdict == "taken"
