import hashlib

import httpx
import pytest

EXPIRED = "<Message>Request has expired</Message>"


@pytest.mark.parametrize("variant", [{"part_url_expires_s": 0}, {"part_url_uses": 0}])
def test_an_expired_url_is_refused_and_nothing_is_stored(sandbox, uploading, content, variant):
    sandbox.tell("variant", variant)
    upload = uploading.new(content)

    answer = uploading.put(upload["parts"][0], content)

    assert (answer.status_code, EXPIRED in answer.text) == (403, True)
    assert sandbox.ask("uploads")[0]["parts"][0]["stored"] is None


def test_the_urls_of_one_answer_can_expire_in_the_middle_of_a_file(sandbox, uploading, content, thousands):
    sandbox.tell("variant", {"part_url_uses": 2})
    upload = uploading.new(content)

    statuses = [uploading.put(part, content).status_code for part in upload["parts"]]
    more = uploading.more_urls(upload, content, 3).json()["result"]
    last = uploading.put_all(more, content)

    held = sandbox.ask("uploads")[0]
    assert (statuses, len(last)) == ([200, 200, 403], 1)
    assert ([part["puts"] for part in held["parts"]], held["issues"]) == ([1, 1, 1], 2)


def test_a_rule_expires_the_urls_of_one_answer(sandbox, uploading, content):
    upload = uploading.new(content)
    sandbox.tell("faults", [{"endpoint": "create_asset_upload", "kind": "expired_url"}])

    expired, good = (uploading.more_urls(upload, content, 1).json()["result"]["parts"][0] for _ in range(2))

    assert EXPIRED in uploading.put(expired, content).text
    assert uploading.put(good, content).status_code == 200


@pytest.mark.parametrize(
    ("variant", "quoted", "length"),
    [
        ({"part_etag": "other_hex"}, True, 32),
        ({"part_etag": "not_hex"}, True, 30),
        ({"part_etag_quotes": False}, False, 32),
    ],
)
def test_an_etag_can_be_something_else_and_completes_all_the_same(sandbox, uploading, content, variant, quoted, length):
    sandbox.tell("variant", variant)
    upload = uploading.new(content)

    (etag,) = uploading.put_all(upload, content)
    answer = uploading.complete(upload, [etag.strip('"')])

    assert (etag.startswith('"'), len(etag.strip('"'))) == (quoted, length)
    assert (etag.strip('"') == hashlib.md5(content).hexdigest()) == ("part_etag" not in variant)
    assert answer.status_code == 200


def test_a_rule_for_parts_brings_the_front_in_where_every_put_is_counted(sandbox, uploading, content, thousands):
    sandbox.tell("faults", [{"endpoint": "put_part", "kind": "reset_before", "after": 1}])
    upload = uploading.new(content)
    etags = uploading.put_all({"parts": upload["parts"][:1]}, content)

    with pytest.raises(httpx.TransportError):
        uploading.put(upload["parts"][1], content)
    etags += uploading.put_all({"parts": upload["parts"][1:]}, content)

    assert uploading.complete(upload, etags).status_code == 200
    assert [part["puts"] for part in sandbox.ask("uploads")[0]["parts"]] == [1, 1, 1]
    assert sandbox.ask("requests")["put_part"] == 4


def test_a_wrong_etag_completes_nothing(sandbox, uploading, content):
    sandbox.tell("faults", [{"endpoint": "put_part", "kind": "wrong_etag"}])
    upload = uploading.new(content)

    wrong = uploading.complete(upload, uploading.put_all(upload, content))
    right = uploading.complete(upload, uploading.put_all(upload, content))

    assert (wrong.status_code, right.status_code) == (400, 200)


def test_the_front_takes_signed_parts_and_shows_nothing(sandbox, uploading, content):
    sandbox.tell("variant", {"part_storage": "front"})
    upload = uploading.new(content)
    url = upload["parts"][0]["url"]

    bare = uploading.storage.put(url.split("?")[0], content=content)
    other_part = uploading.storage.put(url.replace(".1?", ".2?"), content=content)
    uploading.put_all(upload, content)
    read = uploading.storage.get(url.split("?")[0])

    assert url.startswith(sandbox.api_url)
    assert (bare.status_code, other_part.status_code) == (403, 403)
    assert read.status_code in (404, 405)


def test_how_dash_social_takes_its_puts_makes_no_difference(sandbox, uploading, content):
    sandbox.tell("variant", {"put_mode": "bare", "storage": "front", "part_storage": "front"})

    assert uploading.upload(content)
