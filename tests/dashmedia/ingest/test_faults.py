"""Every row of the failure policy that concerns ingestion, over real HTTP against a misbehaving sandbox.

After each: nothing lost, nothing doubled, and what is left is said and done by the next run.
"""

import multiprocessing
import os
import resource

import pytest
from support.ingesting import BRANDS

from dashmedia.errors import AuthError, LedgerError
from dashmedia.ingest.confirm import BUDGET_BASE_S, ONE_BY_ONE
from dashmedia.ledger import Ledger

CREATE, URL, LIST, GET, PUT = "create_media", "media_upload_url", "list_media", "get_media", "put_object"

#: So many originals that the listing is read; fewer are asked for by their ids.
LISTED = ONE_BY_ONE + 1


def test_a_create_whose_answer_is_lost_is_found_and_adopted_not_repeated(place):
    place.faults({"endpoint": CREATE, "kind": "reset_after", "times": 3})

    report = place.photos(5).ingest()

    assert report.ready == 5
    assert place.requests()[CREATE] == 5 * len(BRANDS)
    place.assert_each_once()


@pytest.mark.parametrize("duplicates", ["refuse", "upsert", "second"])
@pytest.mark.parametrize("fault", [
    {"kind": "reset_before"}, {"kind": "reset_after"}, {"kind": "truncate"},
    {"kind": "status", "status": 503, "effect": True}, {"kind": "status", "status": 500},
    {"kind": "status", "status": 502, "body": "html", "effect": True}, {"kind": "status", "status": 200, "body": "empty", "effect": True},
], ids=str)  # fmt: skip
def test_no_fault_of_a_create_makes_a_second_record(place, fault, duplicates):
    place.variant(duplicates=duplicates)
    place.faults({"endpoint": CREATE, "times": 2, "every": 2, **fault})

    report = place.photos(3).ingest()

    assert report.ready == 3
    place.assert_each_once()


def test_a_look_that_fails_leaves_its_question_to_the_next_run_and_nothing_is_sent_meanwhile(place):
    place.variant(duplicates="second")
    place.faults(
        {"endpoint": CREATE, "kind": "reset_after"}, {"endpoint": LIST, "kind": "status", "status": 500, "times": None}
    )
    report = place.photos(1).ingest(brand_ids=[4242])
    place.sandbox.forget("faults")

    again = place.ingest(brand_ids=[4242])

    assert (report.failed, again.ready) == (1, 1)
    assert place.requests()[CREATE] == 1
    place.assert_each_once([4242])


@pytest.mark.parametrize("shape", ["data", "media_nested", "no_id", "empty"])
def test_every_shape_of_a_create_answer_leads_to_the_id(place, shape):
    place.variant(create_shape=shape, create_status=200)

    report = place.photos(3).ingest()

    assert report.ready == 3
    place.assert_each_once()


@pytest.mark.parametrize("shape", ["string", "upload_url", "signed_url", "presigned_url", "media_upload_url", "s3_url"])
@pytest.mark.parametrize("nested", [False, True])
def test_every_shape_of_an_upload_url_is_understood(place, shape, nested):
    place.variant(upload_url=shape, upload_url_in_data=nested and shape != "string")

    assert place.photos(1).ingest(brand_ids=[4242]).ready == 1


@pytest.mark.parametrize("change", [
    {"put_mode": "bare", "storage": "front"}, {"meta_as": "string"}, {"timestamps": "aware"}, {"media_files": "absent"},
    {"pending_status": "QUEUED"}, {"errors": "code"}, {"list_end": "exclusive"}, {"storage": "front"},
], ids=str)  # fmt: skip
def test_every_reading_of_the_contract_is_served(place, change):
    place.variant(**change)
    place.faults({"endpoint": CREATE, "kind": "reset_after"})

    report = place.photos(LISTED).ingest()

    assert report.ready == LISTED
    place.assert_each_once()


def test_an_expired_upload_url_is_asked_for_anew(place):
    place.faults({"endpoint": URL, "kind": "expired_url", "times": 2})

    report = place.photos(3).ingest()

    assert report.ready == 3
    assert report.requests["POST media_upload_url"] == 5
    place.assert_each_once()


def test_urls_that_always_expire_set_the_item_aside_and_the_next_run_does_it(place):
    place.faults({"endpoint": URL, "kind": "expired_url", "times": None})
    report = place.photos(2).ingest()
    place.sandbox.forget("faults")

    again = place.ingest()

    assert report.failed == 2
    assert "expired" in report.failures[0].reason
    assert again.ready == 2
    place.assert_each_once()


@pytest.mark.parametrize(("endpoint", "photos"), [(URL, 3), (CREATE, 3), (GET, 3), (LIST, LISTED)])
@pytest.mark.parametrize("retry_after", [{"retry_after": 0.5}, {"retry_after": 1, "retry_after_as": "date"}, {}])
def test_too_many_requests_waits_and_loses_nothing(place, endpoint, photos, retry_after):
    place.faults({"endpoint": endpoint, "kind": "status", "status": 429, "times": 2, **retry_after})

    report = place.photos(photos).ingest()

    assert report.ready == photos
    place.assert_each_once()


@pytest.mark.parametrize(("endpoint", "photos"), [("self", 1), (URL, 2), (GET, 2), (LIST, LISTED)])
@pytest.mark.parametrize("fault", [
    {"kind": "status", "status": 500}, {"kind": "status", "status": 503, "body": "html"}, {"kind": "truncate"},
    {"kind": "reset_before"}, {"kind": "reset_after"},
], ids=str)  # fmt: skip
def test_a_passing_fault_of_a_repeatable_call_is_repeated(place, endpoint, photos, fault):
    place.faults({"endpoint": endpoint, "times": 2, **fault})

    report = place.photos(photos).ingest()

    assert report.ready == photos
    place.assert_each_once()


def test_an_outage_leaves_everything_for_the_next_run(place):
    place.faults({"endpoint": URL, "kind": "status", "status": 503, "times": None})
    report = place.photos(3).ingest()
    place.sandbox.forget("faults")

    again = place.ingest()

    assert (report.failed, report.is_complete) == (3, False)
    assert again.ready == 3
    place.assert_each_once()


def test_a_token_that_is_revoked_in_the_middle_ends_the_run_and_the_next_one_finishes_it(place):
    place.faults({"endpoint": CREATE, "kind": "status", "status": 401, "times": None})

    with pytest.raises(AuthError, match="Check the token"):
        place.photos(5).ingest(brand_ids=[4242])
    asked = place.requests()[CREATE]
    place.sandbox.forget("faults")
    again = place.ingest(brand_ids=[4242])

    assert asked <= 5
    assert again.ready == 5
    place.assert_each_once([4242])


def test_a_brand_that_may_be_read_only_is_said_for_each_original_and_not_asked_twice(place):
    place.faults({"endpoint": CREATE, "kind": "status", "status": 403, "times": None, "message": "may only read"})

    report = place.photos(3).ingest(brand_ids=[4242])

    assert report.failed == 3
    assert "may only read. Ask an administrator" in report.failures[0].reason
    assert place.requests()[CREATE] == 3


def test_what_the_service_refuses_is_not_repeated_until_a_person_says_so(place):
    place.faults({"endpoint": CREATE, "kind": "status", "status": 422, "message": "no such colour space"})
    report = place.photos(2).ingest(brand_ids=[4242])

    second = place.ingest(brand_ids=[4242])
    with Ledger.open(place.ledger) as ledger:
        ledger.retry(ledger.unready())
    third = place.ingest(brand_ids=[4242])

    assert "no such colour space" in report.failures[0].reason
    assert (second.failed, second.already_done) == (1, 1)
    assert third.ready == 1
    place.assert_each_once([4242])


def test_bytes_that_arrive_wrong_once_are_sent_again(place):
    place.variant(storage="front")
    place.faults({"endpoint": PUT, "kind": "wrong_etag", "times": 1})

    report = place.photos(2).ingest()

    assert report.ready == 2
    assert report.requests["PUT storage"] == 3
    place.assert_each_once()


def test_bytes_that_arrive_wrong_twice_end_the_item_with_both_checksums(place):
    place.variant(storage="front")
    place.faults({"endpoint": PUT, "kind": "wrong_etag", "times": None})

    report = place.photos(1).ingest()

    assert report.failed == 1
    assert "arrived as" in report.failures[0].reason
    assert place.sandbox.ask("media") == []


@pytest.mark.parametrize("fault", [
    {"kind": "status", "status": 503, "body": "xml"}, {"kind": "reset_before"}, {"kind": "reset_after"},
    {"kind": "status", "status": 500, "body": "html"}, {"kind": "status", "status": 503, "retry_after": 1, "effect": True},
], ids=str)  # fmt: skip
def test_a_passing_fault_of_the_storage_is_repeated_with_the_whole_body(place, fault):
    place.variant(storage="front")
    place.faults({"endpoint": PUT, "times": 2, **fault})

    report = place.photos(2).ingest()

    assert report.ready == 2
    place.assert_each_once()


@pytest.mark.parametrize("word", ["ERROR", "FAILED"])
def test_media_that_the_library_cannot_process_is_reported_with_its_word(place, word):
    place.variant(outcome="failed", failed_status=word)

    report = place.photos(1).ingest()

    assert report.failed == 1
    assert f"it says {word}" in report.failures[0].reason


def test_a_pause_that_the_service_asks_for_is_not_taken_for_slow_processing(place):
    place.variant(process_after_looks=1, process_after_ms=None)
    place.faults({"endpoint": GET, "kind": "status", "status": 429, "retry_after": BUDGET_BASE_S + 20})

    report = place.photos(2).ingest(brand_ids=[4242])

    assert (report.ready, report.failures) == (2, ())


def test_media_that_is_never_ready_is_overdue_and_the_next_run_asks_again(place):
    place.variant(process_after_looks=None, process_after_ms=None)
    report = place.photos(2).ingest()
    place.variant(process_after_ms=0)

    again = place.ingest()

    assert "still PROCESSING" in report.failures[0].reason
    assert again.ready == 2
    place.assert_each_once()


def test_the_service_may_restart_in_the_middle(place):
    place.photos(3)

    report = place.ingest(
        meanwhile=lambda *_: place.sandbox.tell("faults", [{"endpoint": "*", "kind": "reset_before", "times": 3}])
    )

    assert report.ready == 3
    place.assert_each_once()


@pytest.mark.parametrize("step", ["before the upload", "during the upload"])
def test_a_full_disk_under_the_ledger_ends_the_run_in_a_sentence_and_the_next_one_finishes_it(place, step):
    place.photos(5)
    told, tells = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=ingest_on_a_full_disk, args=(place, tells, step))

    child.start()
    child.join()
    report = place.ingest()

    said = told.recv() if told.poll() else f"nothing, it ended with {child.exitcode}"
    assert "Nothing of this step was kept" in said
    assert report.ready == 5
    place.assert_each_once()


def ingest_on_a_full_disk(place, tells, step):
    """In a process of its own: from that step on no file may grow beyond a page, which the disk then refuses to SQLite."""

    def fill(session, _batch):
        if step == "before the upload":
            stop_growing()
        else:
            session.client.issue_upload_url = after(session.client.issue_upload_url, stop_growing)

    try:
        place.ingest(meanwhile=fill)
    except LedgerError as error:
        tells.send(str(error))
    os._exit(0)


def stop_growing():
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))


def after(call, then):
    def called(*args):
        answer = call(*args)
        then()
        return answer

    return called
