from __future__ import annotations

import hashlib
import os

import pytest
from support.delivering import FOLDER, PART, checked, empties, fates, reasons

from dashmedia.errors import AuthError, SettingsError
from dashmedia.ledger import State
from dashmedia.ledger.destinations import version_destination
from dashmedia.limits import MIB
from dashmedia.uploads import UploadOptions

#: Files of 1, 1, 2, 1 and 6 parts.
SIZES = (1, PART, PART + 1, PART - 1, 5 * PART + 500)


def test_files_of_every_number_of_parts_are_there_once_with_the_right_bytes(place):
    paths = place.files(*SIZES)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 5}
    place.assert_each_once(paths)
    assert place.requests()["put_part"] == 11
    assert {each.item.remote_id for each in deliveries} == {each["asset_id"] for each in place.originals()}


def test_around_five_mebibytes_a_file_is_one_part(place):
    place.sandbox.forget("variant")
    paths = place.files(5 * MIB - 1, 5 * MIB, 5 * MIB + 1)

    place.deliver(paths)

    place.assert_each_once(paths)
    assert [len(each["parts"]) for each in place.uploads()] == [1, 1, 1]


@pytest.mark.parametrize("parts_at_once", [1, 3])
def test_the_service_says_how_large_the_parts_are_and_several_may_be_under_way(place, parts_at_once):
    place.variant(part_bytes=5 * MIB // 2)
    paths = place.files(9 * MIB)

    place.deliver(paths, part_bytes=6 * MIB, parts_at_once=parts_at_once)

    place.assert_each_once(paths)
    assert [len(each["parts"]) for each in place.uploads()] == [4]


def test_a_part_size_that_nobody_takes_is_refused_before_anything_is_sent():
    with pytest.raises(SettingsError, match="expected more than"):
        UploadOptions(part_bytes=MIB)


def test_what_is_in_the_folder_is_not_sent_again_and_in_another_folder_it_is_a_new_asset(place):
    paths = place.files(*SIZES[:2])
    place.deliver(paths)
    before = place.requests()

    again = place.deliver(paths)
    after = place.requests()
    other = place.deliver(paths, folder="/UGC/other")

    assert fates(again) == {"already_done": 2}
    assert after == before
    assert fates(other) == {"ready": 2}
    place.assert_each_once(paths)
    place.assert_each_once(paths, "/UGC/other")


NAMES = [
    "a/b.jpg", "..", ".hidden", "../up.jpg", "nul\0.jpg", 'q"uo\'te.jpg', "añ日👩‍👧.jpg", "x" * 251 + ".jpg", "new\nline.jpg",
    " lead.jpg", "%2e%2e%2f.jpg", "a?b#c&d.jpg", "\udcff.jpg", "back\\slash.jpg", "CON",
]  # fmt: skip


def test_no_name_makes_a_folder_or_leads_elsewhere(place):
    paths = place.files(*range(1, len(NAMES) + 1))
    with place.run() as run:
        deliveries = run.upload([checked(path, name) for path, name in zip(paths, NAMES, strict=True)])

    assert fates(deliveries) == {"ready": len(NAMES)}, reasons(deliveries)
    place.assert_each_once(paths)
    assert {each["folder"] for each in place.originals()} == {FOLDER}


def test_a_part_that_arrives_otherwise_is_sent_again(place):
    place.faults({"endpoint": "put_part", "kind": "wrong_etag", "times": 1, "after": 1})
    paths = place.files(3 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}
    place.assert_each_once(paths)
    assert [part["puts"] for part in place.uploads()[0]["parts"]] == [1, 2, 1]


def test_a_part_that_arrives_otherwise_twice_ends_its_file_with_both_values_and_no_other(place):
    place.faults({"endpoint": "put_part", "kind": "wrong_etag", "times": 2})
    paths = place.files(3 * PART, 3 * PART + 1)
    md5 = hashlib.md5(paths[0].read_bytes()[:PART]).hexdigest()

    deliveries = place.deliver(paths[:1])
    others = place.deliver(paths[1:])

    assert reasons(deliveries)[0].startswith(f"1-000.bin (part 1) arrived as {'0' * 32}, we sent {md5}, twice.")
    assert fates(others) == {"ready": 1}
    assert [each["filename"] for each in place.originals()] == ["1-001.bin"]


@pytest.mark.parametrize("body", ["html", "empty"])
def test_a_part_that_is_answered_without_an_etag_is_sent_again(place, body):
    place.faults({"endpoint": "put_part", "kind": "status", "status": 200, "body": body, "effect": True, "times": 2})
    paths = place.files(3 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    place.assert_each_once(paths)


def test_a_receipt_without_an_etag_from_an_older_ledger_is_not_believed(place):
    place.faults({"endpoint": "put_part", "kind": "status", "status": 500, "body": "xml", "after": 2, "times": None})
    paths = place.files(4 * PART)
    place.deliver(paths)
    place.faults()
    place.edit_ledger("UPDATE ledger_parts SET etag = '' WHERE number = 2")

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    assert [part["puts"] for part in place.uploads()[0]["parts"]] == [1, 2, 1, 1]


def test_an_etag_that_is_no_md5_proves_nothing_and_stops_nothing(place):
    place.variant(part_etag="not_hex")
    paths = place.files(3 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}
    place.assert_each_once(paths)


def test_urls_that_expire_in_mid_file_are_asked_for_anew_for_what_is_left(place):
    place.variant(part_url_uses=2)
    paths = place.files(5 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}
    place.assert_each_once(paths)
    assert place.requests()["create_asset_upload"] == 2
    assert sum(part["puts"] for part in place.uploads()[0]["parts"]) == 5


def test_urls_that_are_always_expired_set_the_file_aside_for_a_later_run(place):
    place.variant(part_url_expires_s=0)
    paths = place.files(2 * PART)

    deliveries = place.deliver(paths)
    place.variant()
    later = place.deliver(paths)

    assert "expired before the bytes were stored" in reasons(deliveries)[0]
    assert fates(later) == {"ready": 1}
    place.assert_each_once(paths)


def test_parts_that_are_there_are_not_sent_again(place):
    place.faults({"endpoint": "put_part", "kind": "status", "status": 500, "body": "xml", "after": 3, "times": None})
    paths = place.files(6 * PART)
    first = place.deliver(paths)
    place.faults()

    second = place.deliver(paths)

    assert first[0].failed.retryable
    assert first[0].item.state is State.CREATED
    assert fates(second) == {"ready": 1}
    place.assert_each_once(paths)
    assert [part["puts"] for part in place.uploads()[0]["parts"]] == [1] * 6


def test_a_part_that_is_there_but_is_not_this_part_of_the_file_ends_it(place):
    place.faults({"endpoint": "put_part", "kind": "status", "status": 500, "body": "xml", "after": 2, "times": None})
    paths = place.files(4 * PART)
    place.deliver(paths)
    place.faults()
    place.edit_ledger(f"UPDATE ledger_parts SET md5 = '{'f' * 32}' WHERE number = 2")

    deliveries = place.deliver(paths)

    assert "(part 2) changed" in reasons(deliveries)[0]
    assert f"checked as MD5 {'f' * 32}" in reasons(deliveries)[0]
    assert place.originals() == []


def test_an_upload_that_the_service_forgot_is_begun_anew_for_the_same_asset(place):
    place.faults({"endpoint": "put_part", "kind": "status", "status": 500, "body": "xml", "after": 2, "times": None})
    paths = place.files(4 * PART)
    place.deliver(paths)
    place.faults()
    place.edit_ledger("UPDATE ledger_open_uploads SET upload_id = 'gone'")

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}
    place.assert_each_once(paths)


def grow(path):
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path):
    os.truncate(path, 2 * PART)


def rewrite(path):
    path.write_bytes(bytes(4 * PART))
    os.utime(path, ns=(7, 7))


@pytest.mark.parametrize("change", [grow, shrink, rewrite])
def test_a_file_that_changes_while_it_is_sent_fails_named_and_nothing_is_completed(place, change):
    (path,) = place.files(4 * PART)
    content = checked(path)
    with place.run(on_part=lambda _: change(path)) as run:
        deliveries = run.upload([content])

    assert "1-000.bin" in reasons(deliveries)[0]
    assert "changed while it was read" in reasons(deliveries)[0]
    assert deliveries[0].failed.retryable
    assert place.originals() == []
    assert "complete_asset_upload" not in place.requests()


@pytest.mark.parametrize("again", ["accepted", "refused"])
@pytest.mark.parametrize("checks", ["bytes", "sizes"])
def test_a_completion_whose_answer_is_lost_is_looked_for_before_it_is_sent_again(place, again, checks):
    place.variant(completion_again=again, completion_checks=checks)
    place.faults({"endpoint": "complete_asset_upload", "kind": "reset_after"})
    paths = place.files(2 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    place.assert_each_once(paths)
    assert place.requests()["complete_asset_upload"] == 1


def test_a_completion_that_never_arrived_is_sent_again(place):
    place.faults({"endpoint": "complete_asset_upload", "kind": "reset_before"})
    paths = place.files(2 * PART)

    deliveries = place.deliver(paths)

    assert fates(deliveries) == {"ready": 1}, reasons(deliveries)
    place.assert_each_once(paths)
    assert place.requests()["complete_asset_upload"] == 2


@pytest.mark.parametrize("endpoint", ["submit_upload_new_job", "complete_asset_upload"])
def test_a_token_that_is_not_accepted_ends_the_run_and_the_next_one_goes_on(place, endpoint):
    paths = place.files(PART, 2 * PART)
    place.faults({"endpoint": endpoint, "kind": "status", "status": 401, "body": "documented", "times": None})

    with pytest.raises(AuthError):
        place.deliver(paths)
    place.faults()

    assert fates(place.deliver(paths)) == {"ready": 2}
    place.assert_each_once(paths)


@pytest.mark.parametrize("count", [1, 3])
def test_new_versions_replace_the_file_of_the_asset_they_name_and_make_no_asset(place, count):
    old = place.deliver(place.files(*[PART] * count))
    paths = place.files(*[2 * PART + 1] * count, seed=2)
    places = [version_destination(each.item.remote_id, place.settings.api_url) for each in old]

    with place.run() as run:
        claims = [run.claim([checked(path)], where)[0] for path, where in zip(paths, places, strict=True)]
        run.uploader.upload(claims)

    assert fates(claims) == {"ready": count}, reasons(claims)
    place.assert_each_once(paths)
    assert [each.item.remote_id for each in claims] == [each.item.remote_id for each in old]
    assert place.requests().get("submit_upload_version_job", 0) == (0 if count == 1 else 1)


def test_a_version_of_an_asset_that_is_gone_is_named(place):
    (path,) = place.files(PART)
    with place.run() as run:
        claims = run.claim([checked(path)], version_destination("00000000-gone", place.settings.api_url))
        run.uploader.upload(claims)

    assert "404" in reasons(claims)[0]
    assert not claims[0].failed.retryable


def test_nothing_to_upload_asks_nothing(place):
    assert place.deliver([]) == []
    assert place.requests() == {}
    assert empties(place.sandbox) == []
