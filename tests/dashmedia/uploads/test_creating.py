from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.delivering import FOLDER, PART, checked, empties, fates, new_item, reasons

from dashmedia.dam import wire
from dashmedia.dam.job_models import JobKind
from dashmedia.jobs import JobPace
from dashmedia.ledger import Ledger, OpenUpload, State, Transition, dam_destination
from dashmedia.ledger.destinations import version_destination

LOST = {"endpoint": "submit_upload_new_job", "kind": "reset_after"}


def blank(run, count=1, folder=FOLDER):
    """Assets that somebody else's job makes under the same login, and never fills."""
    items = [wire.upload_item(f"theirs-{number}", f"{folder}/theirs.jpg", 10, None) for number in range(count)]
    run.client.submit_job(JobKind.ASSET_AND_UPLOAD, wire.items_body(items))


def test_assets_of_a_job_whose_answer_is_lost_are_found_and_filled(place):
    place.faults(LOST)
    paths = place.files(PART, 2 * PART, 3 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 3}, reasons(deliveries)
    place.assert_each_once(paths)
    assert place.requests()["submit_upload_new_job"] == 1
    assert empties(place.sandbox) == []


def test_assets_of_a_lost_job_are_found_at_the_top_level_too(place):
    place.faults(LOST)
    paths = place.files(PART)

    deliveries = place.deliver(paths, folder="/")

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    place.assert_each_once(paths, "/")


def test_a_job_that_never_arrived_is_sent_again_after_a_look(place):
    place.faults(LOST | {"kind": "reset_before"})
    paths = place.files(PART, 2 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 2}, reasons(deliveries)
    place.assert_each_once(paths)
    assert place.requests()["submit_upload_new_job"] == 2


def test_empty_assets_of_somebody_else_are_never_taken(place):
    paths = place.files(PART)
    with place.run() as run:
        blank(run, 2)
        place.faults(LOST)
        deliveries = run.upload([checked(path) for path in paths])

    assert "somebody else makes assets there under the same login" in reasons(deliveries)[0]
    assert deliveries[0].failed.retryable
    assert place.originals() == []


def test_neither_empty_assets_under_another_login_nor_full_ones_under_ours_are_ever_taken(place):
    (first,) = place.files(PART)
    second = place.folder / "again" / first.name
    second.parent.mkdir()
    second.write_bytes(bytes(2 * PART))
    place.deliver([first])
    hers = {"count": 1, "state": "STAGED", "folder": FOLDER, "has_file": False, "staged_age_s": 0}
    (theirs,) = place.sandbox.tell("seed_assets", hers | {"staged_by": "lena.sommer@acme.example"})["ids"]
    place.faults(LOST | {"kind": "reset_before"})

    deliveries = place.deliver([second])

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    assert empties(place.sandbox) == [theirs]
    assert sorted(each["size"] for each in place.originals()) == [PART, 2 * PART]


def test_the_assets_of_two_lost_jobs_for_one_folder_are_found_again_together(place):
    place.faults(LOST | {"times": 2}, {"endpoint": "search_assets", "kind": "status", "status": 500, "times": None})
    paths = place.files(*[PART] * 6)
    first = place.deliver(paths, job_items=3)
    place.faults()

    second = place.deliver(paths, job_items=3)

    assert fates(first) == {"failed": 6}
    assert fates(second) == {"ready": 6}, reasons(second)
    place.assert_each_once(paths)
    assert place.requests()["submit_upload_new_job"] == 2


def finish_jobs(place):
    """Let the job under way make its assets, without anybody learning of it; the assets without a file."""
    with Ledger.open(str(place.ledger)) as ledger, place.run() as run:
        (upload,) = ledger.open_uploads.read([item.key for item in ledger.unready()]).values()
        job_id = ledger.attach(upload.request_key).job_id
        while not run.client.job(JobKind.ASSET_AND_UPLOAD, job_id).state.is_terminal:
            pass
    return empties(place.sandbox)


def test_an_asset_that_was_taken_for_another_original_is_made_good_by_the_one_it_left(place):
    """Blank assets are alike, so whoever looks may take the one that a job made for somebody else."""
    paths = place.files(PART, 2 * PART)
    place.variant(job_polls=2)
    place.faults({"endpoint": "get_upload_new_job", "kind": "status", "status": 500, "times": None})
    place.deliver(paths[:1])
    place.faults()
    (told,) = finish_jobs(place)
    with place.run() as run:
        blank(run, 1)
        (taker,) = run.claim([checked(paths[1])], dam_destination(FOLDER, place.settings.api_url))
        upload = OpenUpload("their job", run.ledger.now(), told)
        run.ledger.record(
            run.run, [Transition(taker.item.key, State.SUBMITTED, upload=OpenUpload("k", run.ledger.now()))]
        )
        run.ledger.record(run.run, [Transition(taker.item.key, State.CREATED, remote_id=told, upload=upload)])

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 2}, reasons(deliveries)
    place.assert_each_once(paths)


def test_a_look_takes_nothing_that_a_job_of_the_same_run_is_making(place):
    place.variant(job_polls=3)
    place.faults(LOST | {"kind": "reset_before", "times": 1})
    paths = place.files(*[PART] * 12)

    with place.run() as run, ThreadPoolExecutor(4) as pool:
        batches = [paths[start : start + 3] for start in range(0, 12, 3)]
        done = list(pool.map(lambda batch: run.upload([checked(path) for path in batch]), batches))

    assert fates([each for batch in done for each in batch]) == {"ready": 12}
    place.assert_each_once(paths)


def test_empty_assets_in_another_folder_are_nobodys_concern(place):
    paths = place.files(PART)
    with place.run() as run:
        blank(run, 2, folder=f"{FOLDER}/deeper")
        place.faults(LOST)
        deliveries = run.upload([checked(path) for path in paths])

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    assert [each["folder"] for each in place.originals()] == [FOLDER]
    assert len(empties(place.sandbox)) == 2


def test_nothing_is_taken_while_another_run_waits_for_assets_in_the_same_folder(place):
    mine, theirs = place.files(PART, 2 * PART)
    destination = dam_destination(FOLDER, place.settings.api_url)
    with place.run() as run, Ledger.open(str(place.ledger)) as ledger:
        other = ledger.start_run("theirs", flow="test", source="test", owner="another-machine/b/n/1/1.00")
        row = new_item(checked(theirs), destination)
        ledger.claim([row], other)
        ledger.record(other, [Transition(row.key, State.SUBMITTED, upload=OpenUpload("theirs", ledger.now()))])
        place.faults(LOST)
        deliveries = run.upload([checked(mine)])

    assert "another run waits for 1 there" in reasons(deliveries)[0]
    assert place.originals() == []
    assert len(empties(place.sandbox)) == 1


def test_items_that_the_job_refuses_are_set_aside_with_the_services_words_until_somebody_mends_them(place):
    paths = place.files(PART, 2 * PART, 3 * PART)
    place.variant(job_failing_every=2)
    first = place.deliver(paths)
    place.variant()
    second = place.deliver(paths)
    with Ledger.open(str(place.ledger)) as ledger:
        ledger.retry(list(ledger.unready()))

    third = place.deliver(paths)

    assert fates(first) == {"ready": 2, "failed": 1}
    assert "The service made no asset for 1-001.bin" in reasons(first)[0]
    assert fates(second) == {"already_done": 2, "failed": 1}
    assert fates(third) == {"already_done": 2, "ready": 1}
    place.assert_each_once(paths)


@pytest.mark.parametrize("tells", [True, False])
def test_what_a_failed_job_made_is_filled_and_the_rest_is_asked_for_by_the_next_run(place, tells):
    paths = place.files(PART, 2 * PART, 3 * PART, 4 * PART)
    place.variant(job_end="failed", job_share=0.5, job_failed_tells=tells)
    first = place.deliver(paths)
    place.variant()

    second = place.deliver(paths)

    assert fates(first) == {"ready": 2, "failed": 2}
    assert all(each.failed.retryable for each in first if each.failed)
    assert fates(second) == {"already_done": 2, "ready": 2}
    place.assert_each_once(paths)


def test_a_job_that_does_not_end_is_waited_for_by_the_next_run_and_not_sent_again(place):
    paths = place.files(PART)
    place.variant(job_end="stuck", job_polls=1)

    runs = [place.deliver(paths, pace=JobPace(budget_s=60)) for _ in range(2)]

    assert all("was still" in reasons(each)[0] for each in runs)
    assert place.requests()["submit_upload_new_job"] == 1


def test_jobs_are_sent_in_batches(place):
    paths = place.files(*[PART] * 7)

    deliveries = place.deliver(paths, job_items=3)

    assert fates(deliveries) == {"ready": 7}
    assert place.requests()["submit_upload_new_job"] == 3
    place.assert_each_once(paths)


def test_nothing_is_asked_for_what_another_run_took_over(place):
    paths = place.files(PART, 2 * PART)
    with place.run() as run:
        deliveries = run.claim([checked(path) for path in paths], dam_destination(FOLDER, place.settings.api_url))
        place.edit_ledger("UPDATE ledger_items SET run_id = 'other', owner = 'elsewhere/b/n/1/1.0' WHERE bytes = 1000")
        run.uploader.upload(deliveries)

    assert fates(deliveries) == {"failed": 1, "ready": 1}
    assert reasons(deliveries) == ["Another run took 1-000.bin over; it goes on there."]
    place.assert_each_once(paths[1:])


def test_jobs_that_never_arrive_are_given_up_after_three_and_the_next_run_sends_another(place):
    place.faults(LOST | {"kind": "reset_before", "times": None})
    paths = place.files(PART)

    first = place.deliver(paths)
    place.faults()
    second = place.deliver(paths)

    assert first[0].failed.retryable
    assert fates(second) == {"ready": 1}
    place.assert_each_once(paths)
    assert place.requests()["submit_upload_new_job"] == 4


def test_a_search_that_is_refused_leaves_the_question_to_the_next_run_and_asks_for_nothing_anew(place):
    place.faults(LOST, {"endpoint": "search_assets", "kind": "status", "status": 500, "times": None})
    paths = place.files(PART)

    first = place.deliver(paths)
    place.faults()
    second = place.deliver(paths)

    assert first[0].failed.retryable
    assert fates(second) == {"ready": 1}, reasons(second)
    place.assert_each_once(paths)
    assert place.requests()["submit_upload_new_job"] == 1


def test_an_upload_whose_parts_cannot_be_told_sets_its_file_aside(place):
    place.variant(part_range="none")
    paths = place.files(3 * PART)

    deliveries = place.deliver(paths)

    assert "no usable" in reasons(deliveries)[0]
    assert "X-Amz" not in reasons(deliveries)[0]


def test_a_version_that_is_refused_is_set_aside_with_the_services_words(place):
    (old,) = place.deliver(place.files(PART))
    (path,) = place.files(2 * PART, seed=2)
    where = version_destination(old.item.remote_id, place.settings.api_url)
    refused = {"endpoint": "create_asset_upload", "kind": "status", "status": 400, "body": "documented"}
    place.faults(refused)

    with place.run() as run:
        claims = run.claim([checked(path)], where)
        run.uploader.upload(claims)

    assert "400" in reasons(claims)[0]
    assert not claims[0].failed.retryable
