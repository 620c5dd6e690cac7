import base64
import hashlib

import pytest


def test_the_urls_of_an_upload_point_straight_at_the_s3_server(sandbox, uploading, content):
    upload = uploading.new(content)

    (etag,) = uploading.put_all(upload, content)

    assert upload["parts"][0]["url"].startswith(f"{sandbox.s3_url}/")
    assert etag == f'"{hashlib.md5(content).hexdigest()}"'
    assert "put_part" not in sandbox.ask("requests")


@pytest.mark.parametrize(
    ("variant", "read"),
    [
        ({"upload_id": "uploadId"}, lambda upload: upload["uploadId"]),
        ({"upload_parts": "assetUploadParts"}, lambda upload: upload["assetUploadParts"][2]["url"]),
        ({"upload_parts": "partUrls"}, lambda upload: upload["partUrls"][2]["url"]),
        ({"part_url": "uploadUrl"}, lambda upload: upload["parts"][2]["uploadUrl"]),
        ({"part_range": "byteRange"}, lambda upload: upload["parts"][2]["byteRange"] == {"start": 2000, "end": 2499}),
        ({"part_range": "none"}, lambda upload: set(upload["parts"][2]) == {"partNumber", "url"}),
        ({"upload_asset_id": False}, lambda upload: set(upload) == {"id", "parts"}),
        ({"part_bytes": 100}, lambda upload: len(upload["parts"]) == 25),
    ],
)
def test_an_upload_can_look_otherwise(sandbox, uploading, content, thousands, variant, read):
    sandbox.tell("variant", variant)

    assert read(uploading.new(content))


def test_a_url_that_was_asked_for_with_an_md5_takes_these_bytes_only(sandbox, uploading, content, thousands):
    upload = uploading.new(content)
    told = hashlib.md5(content[:1000])
    (bound,) = uploading.more_urls(upload, content, 1, contentMd5=told.hexdigest()).json()["result"]["parts"]
    header = base64.b64encode(told.digest()).decode()

    without = uploading.put(bound, content)
    other = uploading.put(bound, bytes(3000), **{"Content-MD5": header})
    these = uploading.put(bound, content, **{"Content-MD5": header})

    assert (without.status_code, other.status_code, these.status_code) == (403, 400, 200)
    assert "<Code>BadDigest</Code>" in other.text


def test_more_urls_of_an_open_upload_are_as_good_as_the_first(sandbox, uploading, content, thousands):
    upload = uploading.new(content)
    first = uploading.put(upload["parts"][0], content).headers["etag"]

    more = uploading.more_urls(upload, content, 2, 3).json()["result"]
    answer = uploading.complete(upload, [first, *uploading.put_all(more, content)])

    assert (more["id"], [part["partNumber"] for part in more["parts"]]) == (upload["id"], [2, 3])
    assert answer.status_code == 200
    assert len(sandbox.ask("uploads")) == 1


def test_a_completed_upload_a_part_too_many_or_another_asset_has_no_urls(uploading, content):
    upload = uploading.upload(content)
    other = uploading.new(content)

    completed, missing = uploading.more_urls(upload, content, 1), uploading.more_urls(other, content, 2)
    mixed = uploading.more_urls(other | {"assetId": upload["assetId"]}, content, 1)

    assert (completed.status_code, missing.status_code, mixed.status_code) == (400, 400, 400)
    assert "is completed" in completed.json()["message"]
    assert missing.json()["message"] == "There is no part 2: the upload has 1."


def test_what_is_stored_of_each_part_tells_whether_it_was_sent_again(sandbox, uploading, content, thousands):
    upload = uploading.new(content)
    uploading.put(upload["parts"][0], content)
    (before,) = sandbox.ask("uploads")

    uploading.put_all({"parts": upload["parts"][1:]}, content)
    (after,) = sandbox.ask("uploads")

    assert [part["stored"] for part in before["parts"]] == [1000, None, None]
    assert [part["stored"] for part in after["parts"]] == [1000, 1000, 500]
    assert after["parts"][0]["stored_ns"] == before["parts"][0]["stored_ns"]
    assert after["is_open"]
