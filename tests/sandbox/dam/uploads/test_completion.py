import hashlib

import pytest

from sandbox.process import start


def md5(raw):
    return hashlib.md5(raw).hexdigest()


def original(sandbox, upload):
    return next(one for one in sandbox.ask("originals") if one["asset_id"] == upload["assetId"])


@pytest.mark.parametrize("parts", [1000, None])
def test_a_completed_upload_is_the_file_of_its_asset(sandbox, dam, uploading, content, parts):
    sandbox.tell("variant", {"part_bytes": parts})

    upload = uploading.upload(content, "/UGC/2031-02/Look.JPG")

    asset = dam.result(f"/assets/{upload['assetId']}")
    file, held = asset["currentAssetFile"], original(sandbox, upload)
    assert (file["filename"], file["fileType"], file["size"]) == ("Look.JPG", "IMAGE", len(content))
    assert file["mediaType"] == {"type": "image", "subType": "jpeg"}
    assert file["checksum"] == held["md5"] == md5(content)
    assert (held["sha256"], held["folder"]) == (hashlib.sha256(content).hexdigest(), "/UGC/2031-02")
    assert asset["lifecycleStatus"]["state"] == "STAGED"
    assert asset["dateLastModified"] == file["dateAdded"]


def test_parts_come_in_any_order_and_the_last_put_of_each_counts(sandbox, uploading, content, thousands):
    upload = uploading.new(content)
    first, second, third = upload["parts"]

    uploading.put(second, bytes(3000))
    etags = [uploading.put(part, content).headers["etag"] for part in (third, second, first)]
    uploading.complete(upload, reversed(etags)).raise_for_status()

    assert original(sandbox, upload)["md5"] == md5(content)


def test_etags_are_taken_with_and_without_their_quotes(uploading, content, thousands):
    upload = uploading.new(content)
    first, *others = uploading.put_all(upload, content)

    answer = uploading.complete(upload, [first.strip('"'), *others])

    assert (first[0], answer.status_code) == ('"', 200)
    assert answer.json()["result"] == {"id": upload["assetId"]}


def test_what_is_missing_or_differs_is_refused_and_can_be_put_right(sandbox, uploading, content, thousands):
    upload = uploading.new(content)
    etags = uploading.put_all({"parts": upload["parts"][:2]}, content)

    missing = uploading.complete(upload, [*etags, "0" * 32])
    short = uploading.storage.put(upload["parts"][2]["url"], content=b"short")
    shorter = uploading.complete(upload, [*etags, short.headers["etag"]])
    uploading.put(upload["parts"][2], bytes(3000))
    wrong = uploading.complete(upload, [*etags, md5(content[2000:])])
    last = uploading.put(upload["parts"][2], content).headers["etag"]
    right = uploading.complete(upload, [*etags, last])

    assert [one.status_code for one in (missing, shorter, wrong, right)] == [400, 400, 400, 200]
    assert missing.json()["message"].startswith("Part 3 of upload")
    assert shorter.json()["message"].endswith("has 5 bytes; its range has 500.")
    assert wrong.json()["message"].startswith("The eTag of part 3 of upload")
    assert original(sandbox, upload)["md5"] == md5(content)


def test_a_part_that_is_put_again_after_a_refusal_is_the_one_that_counts(sandbox, uploading, content):
    upload = uploading.new(content)
    uploading.put_all(upload, content)
    refused = uploading.complete(upload, ["0" * 32])

    short = uploading.storage.put(upload["parts"][0]["url"], content=b"short")
    answer = uploading.complete(upload, [short.headers["etag"]])

    assert (refused.status_code, answer.status_code) == (400, 400)
    assert answer.json()["message"].endswith("has 5 bytes; its range has 2500.")
    assert sandbox.ask("uploads")[0]["parts"][0]["stored"] == 5


@pytest.mark.parametrize("numbers", [[1, 2], [1, 2, 2], [1, 2, 3, 4], []])
def test_a_completion_names_every_part_once(uploading, content, thousands, numbers):
    upload = uploading.new(content)
    uploading.put_all(upload, content)

    answer = uploading.complete(upload, [], parts=[{"partNumber": n, "eTag": "0" * 32} for n in numbers])

    assert answer.status_code == 400
    assert f"has the parts 1 to 3, each once; the request names {numbers}" in answer.json()["message"]


@pytest.mark.parametrize("change", [{"uploadId": "gone"}, {"assetId": "gone"}])
def test_an_upload_of_another_asset_or_none_is_not_found(uploading, content, change):
    upload = uploading.new(content)

    assert uploading.complete(upload, uploading.put_all(upload, content), **change).status_code == 404


def test_a_second_completion_changes_nothing(sandbox, dam, uploading, content):
    upload = uploading.new(content)
    etags = uploading.put_all(upload, content)
    first = uploading.complete(upload, etags)
    asset = dam.result(f"/assets/{upload['assetId']}")

    same, other = uploading.complete(upload, etags), uploading.complete(upload, ["0" * 32])
    sandbox.tell("variant", {"completion_again": "refused"})
    refused = uploading.complete(upload, etags)

    assert (first.json(), same.status_code, other.status_code) == (same.json(), 200, 400)
    assert (refused.status_code, refused.json()["message"]) == (400, f"Upload '{upload['id']}' is completed already.")
    assert dam.result(f"/assets/{upload['assetId']}") == asset


def test_a_put_after_the_completion_changes_nothing(sandbox, uploading, content):
    upload = uploading.upload(content)

    late = uploading.put(upload["parts"][0], bytes(len(content)))

    assert late.status_code == 200
    assert original(sandbox, upload)["md5"] == md5(content)


def test_a_new_version_replaces_the_file_and_nothing_else(sandbox, dam, uploading, content):
    upload = uploading.upload(content)
    before = dam.result(f"/assets/{upload['assetId']}")

    second = uploading.version(upload["assetId"], content * 2, "/look v2.png").json()["result"]
    untouched = dam.result(f"/assets/{upload['assetId']}")
    uploading.complete(second, uploading.put_all(second, content * 2)).raise_for_status()
    after = dam.result(f"/assets/{upload['assetId']}")

    assert untouched == before
    assert after["currentAssetFile"]["filename"] == "look v2.png"
    assert after["currentAssetFile"]["id"] != before["currentAssetFile"]["id"]
    assert after["lifecycleStatus"] == before["lifecycleStatus"]
    assert after["metadata"] == before["metadata"]
    assert original(sandbox, upload)["md5"] == md5(content * 2)


def test_a_version_of_a_named_file_keeps_its_id(dam, uploading, content):
    upload = uploading.upload(content)
    file_id = dam.result(f"/assets/{upload['assetId']}")["currentAssetFile"]["id"]

    again = uploading.version(upload["assetId"], b"again", assetFileId=file_id).json()["result"]
    uploading.complete(again, uploading.put_all(again, b"again")).raise_for_status()

    file = dam.result(f"/assets/{upload['assetId']}")["currentAssetFile"]
    assert (file["id"], file["checksum"]) == (file_id, md5(b"again"))


def test_told_to_check_sizes_alone_it_believes_every_etag_and_knows_no_checksum(sandbox, dam, uploading, content):
    sandbox.tell("variant", {"completion_checks": "sizes"})
    upload = uploading.new(content)
    uploading.put_all(upload, content)

    answer = uploading.complete(upload, ["0" * 32])

    assert answer.status_code == 200
    assert dam.result(f"/assets/{upload['assetId']}")["currentAssetFile"]["checksum"] is None


def test_an_open_upload_survives_a_kill_with_its_parts_and_its_urls(tmp_path, connect_dam, upload_to, content):
    first = start(tmp_path)
    first.tell("variant", {"part_bytes": 1000})
    before = upload_to(connect_dam(first))
    upload = before.new(content)
    etag = before.put(upload["parts"][0], content).headers["etag"]

    first.kill()
    with start(tmp_path) as second:
        after = upload_to(connect_dam(second))
        others = after.put_all({"parts": upload["parts"][1:]}, content)
        answer = after.complete(upload, [etag, *others])

        assert answer.status_code == 200
        assert original(second, upload)["sha256"] == hashlib.sha256(content).hexdigest()
