"""Every row of the failure policy that concerns ingestion, over real HTTP against a misbehaving sandbox.

After each: nothing lost, nothing doubled, and what is left is said and done by the next run.
"""

import pytest
from support.ingesting import BRANDS

from dashmedia.ledger import Ledger

CREATE, URL, LIST, PUT = "create_media", "media_upload_url", "list_media", "put_object"


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
    {"pending_status": "QUEUED"}, {"errors": "code"}, {"list_pages": "repeating"}, {"list_pages": "shifting"},
    {"list_pages": "growing"}, {"list_pages": "shrinking"}, {"list_end": "exclusive"}, {"storage": "front"},
], ids=str)  # fmt: skip
def test_every_reading_of_the_contract_is_served(place, change):
    place.variant(**change)
    place.faults({"endpoint": CREATE, "kind": "reset_after"})

    report = place.photos(4).ingest()

    assert report.ready == 4
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


@pytest.mark.parametrize("endpoint", [URL, CREATE, LIST])
@pytest.mark.parametrize("retry_after", [{"retry_after": 0.5}, {"retry_after": 1, "retry_after_as": "date"}, {}])
def test_too_many_requests_waits_and_loses_nothing(place, endpoint, retry_after):
    place.faults({"endpoint": endpoint, "kind": "status", "status": 429, "times": 2, **retry_after})

    report = place.photos(3).ingest()

    assert report.ready == 3
    place.assert_each_once()


@pytest.mark.parametrize("endpoint", ["self", URL, LIST])
@pytest.mark.parametrize("fault", [
    {"kind": "status", "status": 500}, {"kind": "status", "status": 503, "body": "html"}, {"kind": "truncate"},
    {"kind": "reset_before"}, {"kind": "reset_after"},
], ids=str)  # fmt: skip
def test_a_passing_fault_of_a_repeatable_call_is_repeated(place, endpoint, fault):
    place.faults({"endpoint": endpoint, "times": 2, **fault})

    report = place.photos(2).ingest()

    assert report.ready == 2
    place.assert_each_once()


def test_an_outage_leaves_everything_for_the_next_run(place):
    place.faults({"endpoint": URL, "kind": "status", "status": 503, "times": None})
    report = place.photos(3).ingest()
    place.sandbox.forget("faults")

    again = place.ingest()

    assert (report.failed, report.is_complete) == (3, False)
    assert again.ready == 3
    place.assert_each_once()


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
], ids=str)  # fmt: skip
def test_a_passing_fault_of_the_storage_is_repeated_with_the_whole_body(place, fault):
    place.variant(storage="front")
    place.faults({"endpoint": PUT, "times": 2, **fault})

    report = place.photos(2).ingest()

    assert report.ready == 2
    place.assert_each_once()


def test_media_that_the_library_cannot_process_is_reported_with_its_word(place):
    place.variant(outcome="failed", failed_status="ERROR")

    report = place.photos(1).ingest()

    assert report.failed == 1
    assert "it says ERROR" in report.failures[0].reason


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
