from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashmedia.ledger import Failure, Ledger, State, Transition, Verdict

LIVES_ELSEWHERE = "another-host/boot/ns/1/1.00"


def verdicts(claims):
    return [claim.verdict for claim in claims]


def make_ready(ledger, run, item):
    ledger.record(run, [Transition(item.key, State.SUBMITTED), Transition(item.key, State.READY, remote_id="9")])


def test_a_new_item_is_taken_as_planned_with_everything_it_came_with(ledger, begin, new_item):
    captured = datetime(2026, 7, 1, 14, 3, 22, 123456, tzinfo=UTC)
    new = new_item(1, source_row=7, source_created_at=captured, details={"caption": "été", "tags": ["a"]})

    (claim,) = ledger.claim([new], begin())

    assert claim.verdict is Verdict.TAKEN
    assert claim.item.state is State.PLANNED
    assert (claim.item.uri, claim.item.source_row, claim.item.attempts) == ("ugc/1.jpg", 7, 1)
    assert claim.item.source_created_at == captured
    assert claim.item.details == {"caption": "été", "tags": ["a"]}


def test_without_a_capture_time_the_first_claim_is_the_time(ledger, begin, new_item, clock):
    (claim,) = ledger.claim([new_item(1)], begin())

    assert claim.item.source_created_at == datetime.fromtimestamp(clock.now, UTC)


def test_answers_come_in_the_order_of_the_questions(ledger, begin, new_item):
    new = [new_item(number) for number in (5, 1, 4, 2, 3)]

    claims = ledger.claim(new, begin())

    assert [claim.new for claim in claims] == new
    assert [claim.item.filename for claim in claims] == [each.filename for each in new]


def test_no_items_is_no_claims(ledger, begin):
    assert ledger.claim([], begin()) == []


def test_the_same_content_for_two_brands_is_two_items(ledger, begin, new_item):
    claims = ledger.claim([new_item(1), new_item(1, destination="social:77")], begin())

    assert verdicts(claims) == [Verdict.TAKEN, Verdict.TAKEN]
    assert claims[0].item.source_id != claims[1].item.source_id


def test_the_same_content_from_another_place_is_a_duplicate_in_the_same_run(ledger, begin, new_item):
    run = begin()
    ledger.claim([new_item(1)], run)

    claims = ledger.claim([new_item(1, uri="copies/1.jpg"), new_item(1, source_row=12)], run)

    assert verdicts(claims) == [Verdict.DUPLICATE, Verdict.DUPLICATE]


@pytest.mark.parametrize("uri", ["copies/1.jpg", "ugc/1.jpg"])
def test_the_same_content_twice_in_a_batch_is_worked_on_once(ledger, begin, new_item, uri):
    claims = ledger.claim([new_item(1), new_item(1, uri=uri)], begin())

    assert verdicts(claims) == [Verdict.TAKEN, Verdict.DUPLICATE]


def test_a_repeated_task_takes_its_items_again(ledger, begin, new_item):
    run = begin()
    ledger.claim([new_item(1), new_item(2)], run)
    make_ready(ledger, run, new_item(2))

    claims = ledger.claim([new_item(1), new_item(2)], run)

    assert verdicts(claims) == [Verdict.TAKEN, Verdict.TAKEN]
    assert [claim.item.state for claim in claims] == [State.PLANNED, State.READY]


def test_what_an_earlier_run_made_ready_is_done(ledger, begin, new_item):
    first = begin("run-1")
    ledger.claim([new_item(1)], first)
    make_ready(ledger, first, new_item(1))

    (claim,) = ledger.claim([new_item(1, uri="elsewhere.jpg")], begin("run-2"))

    assert claim.verdict is Verdict.DONE
    assert claim.item.remote_id == "9"


def test_what_a_live_run_holds_is_held_and_says_by_whom(ledger, begin, new_item):
    first = begin("run-1")
    ledger.claim([new_item(1)], first)

    (claim,) = ledger.claim([new_item(1)], begin("run-2", owner=LIVES_ELSEWHERE))

    assert claim.verdict is Verdict.HELD
    assert claim.item.owner == first.owner
    assert claim.item.lease_until is not None


def test_a_lease_that_ended_is_taken_over_with_the_state_that_was_reached(ledger, begin, new_item, clock):
    first = begin("run-1", owner=LIVES_ELSEWHERE)
    ledger.claim([new_item(1)], first)
    ledger.record(first, [Transition(new_item(1).key, State.SUBMITTED)])
    second = begin("run-2")

    clock.now += 89
    before = ledger.claim([new_item(1)], second)
    clock.now += 1
    after = ledger.claim([new_item(1)], second)

    assert verdicts(before + after) == [Verdict.HELD, Verdict.TAKEN]
    assert after[0].item.state is State.SUBMITTED
    assert after[0].item.attempts == 2


def test_what_was_sent_with_a_create_is_not_changed_by_a_later_claim(ledger, begin, new_item, clock):
    first = begin("run-1")
    early, late = new_item(1), new_item(2)
    ledger.claim([early, late], first)
    ledger.record(first, [Transition(late.key, State.SUBMITTED)])
    ledger.release(first)
    clock.now += 3600

    renamed = [replace(each, filename="renamed.jpg", uri="moved.jpg") for each in (early, late)]
    before_create, after_create = (claim.item for claim in ledger.claim(renamed, begin("run-2")))

    assert (before_create.filename, after_create.filename) == ("renamed.jpg", "2.jpg")
    assert (before_create.uri, after_create.uri) == ("moved.jpg", "moved.jpg")
    assert before_create.source_created_at.timestamp() == clock.now
    assert after_create.source_created_at.timestamp() == clock.now - 3600


def test_a_quarantined_item_is_not_taken_and_a_retryable_one_is(ledger, begin, new_item):
    first = begin("run-1")
    ledger.claim([new_item(1), new_item(2)], first)
    ledger.fail(first, [Failure(new_item(1).key, "refused", retryable=False)])
    ledger.fail(first, [Failure(new_item(2).key, "no answer", retryable=True)])

    bad, good = ledger.claim([new_item(1), new_item(2)], begin("run-2"))

    assert (bad.verdict, bad.item.failure_reason) == (Verdict.QUARANTINED, "refused")
    assert (good.verdict, good.item.failure_reason) == (Verdict.TAKEN, None)


def test_renewing_and_releasing_count_the_rows_of_the_run(ledger, begin, new_item, clock):
    run, other = begin("run-1", owner=LIVES_ELSEWHERE), begin("run-2")
    ledger.claim([new_item(number) for number in range(3)], run)
    clock.now += 60
    renewed = ledger.renew(run)
    clock.now += 60

    held = ledger.claim([new_item(0)], other)
    released = ledger.release(run)
    free = ledger.claim([new_item(0)], other)

    assert (renewed, released) == (3, 3)
    assert verdicts(held + free) == [Verdict.HELD, Verdict.TAKEN]


def test_a_run_that_ended_holds_nothing(ledger, begin, new_item):
    run = begin("run-1")
    ledger.claim([new_item(1)], run)

    ledger.end_run(run, {"found": 1})

    assert ledger.renew(run) == 0


def test_a_preview_answers_as_a_claim_would_and_writes_nothing(ledger, begin, new_item):
    first = begin("run-1", owner=LIVES_ELSEWHERE)
    ledger.claim([new_item(1), new_item(2), new_item(3)], first)
    make_ready(ledger, first, new_item(2))
    ledger.fail(first, [Failure(new_item(3).key, "no answer", retryable=True)])
    new = [new_item(number) for number in (1, 2, 3, 4, 4)]
    second = begin("run-2")

    foreseen = ledger.preview(new, second)
    claimed = ledger.claim(new, second)

    expected = [Verdict.HELD, Verdict.DONE, Verdict.TAKEN, Verdict.TAKEN, Verdict.DUPLICATE]
    assert verdicts(foreseen) == verdicts(claimed) == expected
    assert claimed[3].item.attempts == 1


def test_odd_names_and_huge_texts_are_kept(ledger, begin, new_item):
    odd = new_item(1, uri="caf\udce9\x00.jpg", filename="caf\udce9\x00.jpg", details={"caption": "x" * 1_000_000})
    run = begin()

    first, again = ledger.claim([odd], run) + ledger.claim([odd], run)

    assert verdicts([first, again]) == [Verdict.TAKEN, Verdict.TAKEN]
    assert first.item.filename == "caf\\udce9\\x00.jpg"


def test_more_items_than_one_statement_holds_are_all_claimed(ledger, begin, new_item):
    claims = ledger.claim([new_item(number) for number in range(1_050)], begin())

    assert set(verdicts(claims)) == {Verdict.TAKEN}
    assert ledger.summary()[0].rows == 1_050


def started_pair(spawn, url):
    pair = [spawn("claimer.py", url, f"run-{number}") for number in (1, 2)]
    for process in pair:
        assert process.stdout.readline() == "started\n"
    return pair


def tell(processes, words):
    for process in processes:
        process.stdin.write(f"{words}\n")
        process.stdin.flush()


def test_two_processes_that_make_the_ledger_and_claim_at_once_get_every_key_once(url, spawn):
    pair = started_pair(spawn, url)

    tell(pair, "open")
    assert [process.stdout.readline() for process in pair] == ["opened\n", "opened\n"]
    tell(pair, "claim 2000")
    first, second = (set(process.stdout.readline().split()) for process in pair)

    assert not first & second
    assert len(first | second) == 2_000


def test_a_killed_process_loses_its_rows_at_once_and_a_live_one_keeps_them(url, spawn, new_item):
    killed, living = started_pair(spawn, url)
    for process in (killed, living):
        tell([process], "open")
        process.stdout.readline()
    tell([killed], "claim 3")
    killed.stdout.readline()
    tell([living], "claim 5")
    living.stdout.readline()

    killed.kill()
    killed.wait()
    with Ledger.open(url) as ledger:
        run = ledger.start_run("run-3", flow="ingest_ugc", source="ugc/")
        left = {item.filename for item in ledger.unfinished()}
        foreseen = ledger.preview([new_item(number) for number in range(5)], run)
        claims = ledger.claim([new_item(number) for number in range(5)], run)

    assert left == {"0.jpg", "1.jpg", "2.jpg"}
    assert verdicts(claims) == [Verdict.TAKEN] * 3 + [Verdict.HELD] * 2
    assert verdicts(foreseen) == verdicts(claims)


def test_shards_of_one_run_find_each_others_duplicates(ledger, begin, new_item):
    first, second = begin("family/1-of-2"), begin("family/2-of-2", owner="another")
    ledger.claim([new_item(1)], first)

    (copy,) = ledger.claim([new_item(1, uri="ugc/copy.jpg")], second)
    (stranger,) = ledger.claim([new_item(1, uri="ugc/copy.jpg")], begin("other", owner="a third"))

    assert (copy.verdict, copy.item.uri) == (Verdict.DUPLICATE, "ugc/1.jpg")
    assert stranger.verdict is Verdict.HELD


def test_a_shard_that_is_tried_again_has_made_ready_what_its_first_try_did(ledger, begin, new_item):
    first = begin("family/1-of-2", owner="dead")
    ledger.claim([new_item(1)], first)
    for state in (State.URL_ISSUED, State.BYTES_PUT, State.SUBMITTED, State.CREATED, State.READY):
        ledger.record(first, [Transition(new_item(1).key, state, remote_id="7" if state is State.CREATED else None)])

    (again,) = ledger.claim([new_item(1)], begin("family/1-of-2", owner="alive"))

    assert (again.verdict, again.item.state) == (Verdict.TAKEN, State.READY)
