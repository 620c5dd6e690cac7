"""A whole ingestion over real HTTP and real S3: what arrives, what is refused, what is not sent twice."""

import csv
import json
import os
import sqlite3
from contextlib import closing

import pytest
from support.ingesting import BRANDS, photo, settings_of

from dashmedia.errors import AuthError, PermissionDeniedError, SourceError
from dashmedia.ledger import Ledger, State
from sandbox.media import make_media


def test_every_original_of_a_folder_is_ready_once_in_each_brand(place):
    report = place.photos(7).ingest(batch_size=3)

    assert (report.found, report.ready, report.failed) == (7, 7, 0)
    assert report.is_complete
    place.assert_each_once()


def test_bytes_travel_once_however_many_brands_get_them(place):
    report = place.photos(5).ingest()

    assert report.requests["PUT storage"] == 5
    assert place.requests()["media_upload_url"] == 5
    assert place.requests()["create_media"] == 10


def test_a_second_run_sends_nothing(place):
    place.photos(4).ingest()
    place.sandbox.forget("requests")

    report = place.ingest()

    assert (report.already_done, report.ready) == (4, 0)
    assert set(place.requests()) == {"self"}


def test_a_further_brand_reuses_the_bytes_that_are_there(place):
    place.photos(3).ingest(brand_ids=[4242])
    place.sandbox.forget("requests")

    report = place.ingest(brand_ids=BRANDS)

    assert report.ready == 3
    assert "media_upload_url" not in place.requests()
    place.assert_each_once()


def test_bytes_that_no_etag_proved_are_sent_anew_for_a_further_brand(place):
    place.photos(2).ingest(brand_ids=[4242])
    with closing(sqlite3.connect(place.ledger)) as ledger, ledger:
        ledger.execute("UPDATE ledger_uploads SET etag = ''")
    place.sandbox.forget("requests")

    report = place.ingest(brand_ids=BRANDS)

    assert report.ready == 2
    assert place.requests()["media_upload_url"]
    place.assert_each_once()


def test_new_files_in_the_folder_are_all_that_a_later_run_sends(place):
    place.photos(3).ingest()

    report = place.photos(2, first=3).ingest()

    assert (report.already_done, report.ready) == (3, 2)
    place.assert_each_once()


def test_the_same_content_under_two_names_is_sent_once_and_reported_as_duplicate(place):
    place.photos(2)
    (place.folder / "zz-copy.jpg").write_bytes(photo(0))

    report = place.ingest(batch_size=1)

    assert (report.ready, report.duplicate, report.found) == (2, 1, 3)
    (refused,) = report.refusals
    assert refused.uri == "zz-copy.jpg"
    assert "the same bytes as look-0000.jpg" in refused.sentence


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(place):
    report = place.photos(3).ingest(dry_run=True)

    assert (report.planned, report.ready) == (3, 0)
    assert set(place.requests()) == {"self"}
    assert place.ingest().ready == 3


def test_a_batch_that_is_through_holds_nothing_any_more(place):
    batches = []

    report = place.photos(3).ingest(batch_size=1, meanwhile=lambda _, batch: batches.append(batch))

    assert report.ready == len(batches) == 3
    assert all(not (each.rows or each.checked or each.deliveries or each.urls) for each in batches)


def test_a_dry_run_leaves_nothing_in_the_ledger(place):
    place.photos(1)
    (place.folder / "empty.jpg").write_bytes(b"")

    report = place.ingest(dry_run=True)

    assert (report.planned, report.rejected) == (1, 1)
    with Ledger.open(place.ledger) as ledger:
        assert [*ledger.refused(everything=True), *ledger.unready()] == []


def test_the_demonstration_set_is_refused_exactly_where_it_must_be(place):
    media = make_media(place.folder, seed=3)

    report = place.ingest(media.manifest, rights="require")

    assert report.rejected_by_rule == dict(media.refused)
    assert report.ready == media.rows - sum(media.refused.values())
    assert report.unaccounted == 0


def test_what_the_library_does_not_take_is_kept_in_the_ledger(place):
    place.photos(1)
    with (place.folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["uri", "creator", "captured_at", "alt_text", "tags", "consent_evidence"])
        writer.writeheader()
        writer.writerow({
            "uri": "look-0000.jpg", "creator": "@ana", "captured_at": "2026-05-01T10:00:00+02:00",
            "alt_text": "Two hikers", "tags": "red,ridge", "consent_evidence": "https://example.com/yes",
        })  # fmt: skip

    place.ingest(place.folder / "manifest.csv", rights="require", brand_ids=[4242])

    with Ledger.open(place.ledger) as ledger:
        (item,) = ledger.find("look-0000.jpg")
    assert item.state is State.READY
    assert item.details["creator"] == "@ana"
    assert item.source_created_at.isoformat() == "2026-05-01T08:00:00+00:00"
    (media,) = place.sandbox.ask("media")
    assert media["source_id"] == item.source_id
    assert media["source_created_at"].startswith("2026-05-01T08:00:00")


def test_a_missing_source_is_said_before_any_request(place):
    with pytest.raises(SourceError, match="does not exist"):
        place.ingest(place.folder / "nothing-here")

    assert place.requests() == {}


def test_a_wrong_token_ends_the_run_after_one_request(place):
    place.photos(3)
    place.settings = settings_of(place.sandbox, token=type(place.settings.token)("wrong"))

    with pytest.raises(AuthError, match="401"):
        place.ingest()

    assert place.requests() == {"self": 1}


def test_a_brand_out_of_reach_is_named_with_those_within_reach(place):
    with pytest.raises(PermissionDeniedError, match=r"brand 99; it reaches 4242 \(Acme Outdoor\)"):
        place.photos(1).ingest(brand_ids=[99])

    assert set(place.requests()) == {"self"}


def test_a_file_that_changes_after_the_check_is_not_created(place):
    place.photos(2)
    changing = place.folder / "look-0001.jpg"

    def after_the_check(session, batch):
        changing.write_bytes(photo(77))
        os.utime(changing, ns=(1, 1))

    report = place.ingest(meanwhile=after_the_check)

    assert (report.ready, report.failed) == (1, 1)
    assert "changed while it was read" in report.failures[0].reason
    assert {each["meta"]["filename"] for each in place.sandbox.ask("media")} == {"look-0000.jpg"}


def test_no_secret_is_left_in_ledger_or_report(place):
    report = place.photos(2).ingest()

    held = place.ledger.read_bytes() + json.dumps(report.model_dump(mode="json")).encode()
    assert b"X-Amz-Signature" not in held
    assert place.sandbox.env["DASH_SOCIAL_TOKEN"].encode() not in held
