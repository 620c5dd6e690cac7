from __future__ import annotations

import pytest

from dashmedia.errors import IllegalTransitionError
from dashmedia.ledger import OpenUpload, PartReceipt, State, Transition

FOLDER = "dam:/UGC/2031-02"


@pytest.fixture
def submit(ledger, new_item):
    """Claim an item of the DAM for a run and write that its job may have been sent."""

    def make(run, number=1, destination=FOLDER):
        item = new_item(number, destination=destination)
        ledger.claim([item], run)
        ledger.record(run, [Transition(item.key, State.SUBMITTED, upload=OpenUpload(f"job-{number}", ledger.now()))])
        return item.key

    return make


def created(ledger, run, key, upload_id="upload-1", ends=1_000, asset_id="asset-1"):
    upload = OpenUpload("job-1", ledger.now(), asset_id, upload_id, ends)
    ledger.record(run, [Transition(key, State.CREATED, remote_id=asset_id, upload=upload)])
    return upload


def receipt(key, number, upload_id="upload-1", md5="a" * 32):
    return PartReceipt(key, upload_id, number, 1_000, md5, md5)


def test_what_is_known_of_an_upload_comes_with_its_step(ledger, begin, submit):
    run = begin()
    key = submit(run)
    asked = ledger.open_uploads.read([key])[key]

    upload = created(ledger, run, key, ends=[3, 10])

    assert (asked.request_key, asked.asset_id, asked.upload_id) == ("job-1", None, None)
    assert ledger.open_uploads.read([key]) == {key: upload}
    assert ledger.open_uploads.owners(["asset-1", "asset-2"]) == {"asset-1": key}


def test_receipts_outlast_the_run_and_the_same_part_again_replaces_the_first(ledger, begin, submit):
    key = submit(run := begin())
    created(ledger, run, key)

    ledger.open_uploads.keep_receipts([receipt(key, 2), receipt(key, 1)])
    ledger.open_uploads.keep_receipts([receipt(key, 2, md5="b" * 32)])

    known = ledger.open_uploads.receipts(key, "upload-1")
    assert {number: one.md5[0] for number, one in known.items()} == {1: "a", 2: "b"}


def test_another_upload_of_the_same_content_has_none_of_the_firsts_receipts(ledger, begin, submit):
    key = submit(run := begin())
    created(ledger, run, key)
    ledger.open_uploads.keep_receipts([receipt(key, 1)])

    created(ledger, run, key, upload_id="upload-2")

    assert ledger.open_uploads.receipts(key, "upload-1") == {}
    assert ledger.open_uploads.receipts(key, "upload-2") == {}


def test_a_receipt_that_comes_late_does_not_count_for_the_upload_that_was_begun_meanwhile(ledger, begin, submit):
    key = submit(run := begin())
    created(ledger, run, key, upload_id="upload-2")

    ledger.open_uploads.keep_receipts([receipt(key, 1, upload_id="upload-1"), receipt(key, 2, upload_id="upload-2")])

    assert set(ledger.open_uploads.receipts(key, "upload-2")) == {2}


def test_nothing_is_kept_of_what_is_ready(ledger, begin, submit):
    key, other = submit(run := begin()), submit(run, 2)
    created(ledger, run, key)
    created(ledger, run, other, asset_id="asset-2")
    ledger.open_uploads.keep_receipts([receipt(key, 1), receipt(other, 1)])

    ledger.record(run, [Transition(key, State.BYTES_PUT), Transition(key, State.READY)])

    assert set(ledger.open_uploads.read([key, other])) == {other}
    assert ledger.open_uploads.receipts(key, "upload-1") == {}
    assert set(ledger.open_uploads.receipts(other, "upload-1")) == {1}


def test_a_row_that_another_run_took_over_keeps_that_runs_upload(ledger, begin, submit, new_item, clock):
    key = submit(first := begin("first", owner="elsewhere/b/n/1/1.0"))
    clock.now += 1_000
    second = begin("second", owner="elsewhere/b/n/2/1.0")
    ledger.claim([new_item(1, destination=FOLDER)], second)
    created(ledger, second, key)

    late = OpenUpload("job-1", ledger.now(), "asset-9", "upload-9", 5)
    lost = ledger.record(first, [Transition(key, State.CREATED, remote_id="asset-9", upload=late)])

    assert lost == {key}
    assert ledger.open_uploads.read([key])[key].asset_id == "asset-1"


def test_who_waits_for_an_asset_in_a_folder_is_counted_without_those_that_are_looked_for(ledger, begin, submit, clock):
    gone = begin("gone", owner="elsewhere/b/n/1/1.0")
    submit(gone, 1)
    clock.now += 1_000
    other, mine = begin("other", owner="elsewhere/b/n/2/1.0"), begin("mine")
    submit(other, 2)
    submit(other, 3, "dam:/elsewhere")
    created(ledger, other, submit(other, 4))
    lost = submit(mine, 5)
    submit(mine, 6)

    waiting = ledger.open_uploads.waiting(mine, {lost})

    assert (waiting.held, waiting.left) == (1, 2), "held by the other; left by the one that is gone, and by ourselves"


def test_one_asset_is_never_written_down_for_two_contents(ledger, begin, submit):
    first, second = begin("first", owner="elsewhere/b/n/1/1.0"), begin("second")
    created(ledger, first, submit(first, 1))
    key, other = submit(second, 2), submit(second, 3)
    upload = OpenUpload("job-2", ledger.now(), "asset-1", "upload-2", 5)
    twice = OpenUpload("job-2", ledger.now(), "asset-2", "upload-3", 5)

    steps = [(key, upload), (key, twice), (other, twice)]
    refused = [
        ledger.record(second, [Transition(at, State.CREATED, remote_id=one.asset_id, upload=one)]) for at, one in steps
    ]

    assert refused == [{key}, frozenset(), {other}]
    assert ledger.open_uploads.read([key, other])[other].asset_id is None


def test_of_two_contents_that_name_one_asset_in_the_same_step_only_the_first_gets_it(ledger, begin, submit):
    run = begin()
    first, second = submit(run, 1), submit(run, 2)
    upload = OpenUpload("job-1", ledger.now(), "asset-1", "upload-1", 5)

    lost = ledger.record(
        run, [Transition(key, State.CREATED, remote_id="asset-1", upload=upload) for key in (first, second)]
    )

    assert lost == {second}
    assert ledger.open_uploads.owners(["asset-1"]) == {"asset-1": first}


def test_several_contents_may_wait_to_become_the_file_of_one_asset(ledger, begin, submit):
    run, where = begin(), "dam:asset-1"

    refused = []
    for number in (1, 2):
        upload = OpenUpload(f"job-{number}", ledger.now(), "asset-1", f"upload-{number}", 5)
        step = Transition(submit(run, number, where), State.CREATED, remote_id="asset-1", upload=upload)
        refused.append(ledger.record(run, [step]))

    assert refused == [frozenset(), frozenset()]


def test_the_bytes_of_a_dam_item_follow_its_asset(ledger, begin, submit, new_item):
    run = begin()
    item = new_item(7, destination=FOLDER)
    ledger.claim([item], run)

    for state in (State.URL_ISSUED, State.BYTES_PUT):
        with pytest.raises(IllegalTransitionError):
            ledger.record(run, [Transition(item.key, state)])


def test_the_name_under_which_an_asset_was_made_stays(ledger, begin, submit, new_item):
    run = begin()
    key = submit(run)
    created(ledger, run, key)
    ledger.record(run, [Transition(key, State.BYTES_PUT)])
    ledger.release(run)

    (claim,) = ledger.claim([new_item(1, destination=FOLDER, filename="renamed.jpg")], begin("run-2"))

    assert claim.item.filename == "1.jpg"


def test_what_is_left_says_how_an_upload_to_the_dam_goes_on(ledger, begin, submit):
    key = submit(run := begin())
    created(ledger, run, key)
    ledger.release(run)

    (left,) = ledger.left([FOLDER])

    assert left.next_step == "run the flow again: the parts that are missing are sent"
