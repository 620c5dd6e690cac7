import hashlib
import json

import pytest


def test_the_token_says_which_brands_it_may_see(sandbox, dash):
    answer = dash.http.get("/api/self").json()

    assert answer["accessible_brands"] == [4242, 4343, 4444]
    assert answer["brands"]["acme-outdoor"]["id"] == 4242
    assert answer["organization_id"] == 77


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_without_the_token_nothing_is_answered(sandbox, dash, headers):
    answer = dash.storage.get(f"{sandbox.api_url}/api/self", headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"description": "The token is missing or invalid."})


def test_an_uploaded_photo_becomes_a_media_with_its_real_size(sandbox, dash, make_photo):
    photo = make_photo(1200, 800)
    url = dash.upload(photo)

    created = dash.create(url, source_id="s-1", meta={"filename": "a.jpg", "note": "kept"})
    media = created.json()

    assert created.status_code == 201
    assert media["image"]["sizes"]["original"] | {"url": None} == {
        "url": None,
        "width": 1200,
        "height": 800,
        "size": len(photo),
    }
    assert (media["source_id"], media["type"], media["brand_media_status"]) == ("s-1", "IMAGE", "PROCESSING")
    assert media["brand_media_id"] != media["id"]
    assert media["meta"] == {"filename": "a.jpg", "note": "kept", "uploaded_by": 9001}
    assert media["source_created_at"] == "2026-07-01T14:03:22"
    assert "video" not in media
    (stored,) = sandbox.ask("media")
    assert (stored["md5"], stored["sha256"], stored["size"]) == (
        hashlib.md5(photo).hexdigest(),
        hashlib.sha256(photo).hexdigest(),
        len(photo),
    )


def test_a_media_is_processed_after_one_look_without_any_clock(sandbox, dash, photo):
    sandbox.tell("variant", {"process_after_ms": None})
    media_id = dash.create(dash.upload(photo)).json()["id"]

    first, second, third = (dash.get(media_id).json() for _ in range(3))

    assert [one["brand_media_status"] for one in (first, second, third)] == ["PROCESSING", "PROCESSED", "PROCESSED"]
    assert ("original_converted" in first["image"]["sizes"], "original_converted" in second["image"]["sizes"]) == (
        False,
        True,
    )


def test_a_list_looks_at_its_media_too(sandbox, dash):
    sandbox.tell("variant", {"process_after_ms": None, "process_after_looks": 2})
    dash.create()

    words = [dash.page().json()["data"][0]["brand_media_status"] for _ in range(4)]

    assert words == ["PROCESSING", "PROCESSING", "PROCESSED", "PROCESSED"]


def test_time_alone_can_process_a_media(sandbox, dash):
    sandbox.tell("variant", {"process_after_looks": None, "process_after_ms": 0})
    media_id = dash.create().json()["id"]

    assert dash.get(media_id).json()["brand_media_status"] == "PROCESSED"


def test_bytes_that_are_no_picture_fail_in_processing(sandbox, dash):
    media_id = dash.create(dash.upload(b"not a picture")).json()["id"]
    dash.get(media_id)

    media = dash.get(media_id).json()

    assert media["brand_media_status"] == "FAILED"
    assert "image" not in media


def test_equal_bytes_are_a_second_media_of_the_same_group(sandbox, dash, photo):
    url = dash.upload(photo)

    first, second = dash.create(url).json(), dash.create(url).json()

    assert first["id"] != second["id"]
    assert second["media_group"] == first["media_group"] == first["id"]


def test_a_public_url_makes_a_media_of_unknown_size(sandbox, dash):
    media = dash.create("https://cdn.example.com/clip.mp4").json()

    assert media["video"]["sizes"]["original"] == {
        "url": "https://cdn.example.com/clip.mp4",
        "width": None,
        "height": None,
        "size": None,
    }
    assert "image" not in media


def test_a_second_create_with_one_source_id_is_refused_for_its_brand_only(sandbox, dash):
    statuses = [dash.create(source_id="same", brand=brand).status_code for brand in (4242, 4242, 4343)]
    words = dash.create(source_id="same").json()["description"]

    assert statuses == [201, 400, 201]
    assert "integrity" in words
    assert sandbox.ask("state")["media"] == {"4242": 1, "4343": 1}


@pytest.mark.parametrize(("choice", "records"), [("upsert", 1), ("second", 2)])
def test_a_second_create_can_answer_the_first_record_or_make_another(sandbox, dash, choice, records):
    sandbox.tell("variant", {"duplicates": choice})

    ids = {dash.create(source_id="same").json()["id"] for _ in range(2)}

    assert len(ids) == len(sandbox.ask("media")) == records


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"source": "CRAWL"}, "source"),
        ({"source_id": ""}, "source_id"),
        ({"type": "IMAGE"}, "type"),
        ({"url": "ftp://x/y"}, "url"),
        ({"meta": "{filename: x}"}, "meta"),
        ({"source_created_at": "yesterday"}, "source_created_at"),
        ({"source_created_at": 0}, "source_created_at"),
        ({"source_created_at": " 1740000000 "}, "source_created_at"),
    ],
)
def test_a_bad_member_of_a_create_is_named(sandbox, dash, change, member):
    answer = dash.create(**change)

    assert answer.status_code == 400
    assert list(answer.json()) == ["description", "errors"]
    assert list(answer.json()["errors"]) == [member]


def test_a_url_of_the_bucket_has_to_name_an_object_and_carry_no_query(sandbox, dash, photo):
    signed = dash.upload_url().json()["url"]

    before = dash.create(signed.split("?")[0])
    dash.put(signed, photo)
    with_query = dash.create(signed)

    assert before.json()["errors"] == {"url": ["There is no object at this URL."]}
    assert with_query.json()["errors"] == {"url": ["The URL of an upload has no query: cut it at the '?'."]}


def test_a_body_that_is_no_json_or_not_said_to_be_is_refused(sandbox, dash):
    broken = dash.http.post("/media_upload_url", content="{", headers={"Content-Type": "application/json"})
    unsaid = dash.http.post("/media_upload_url", content='{"filename": "a.jpg", "content_type": "image/jpeg"}')

    assert (broken.status_code, list(broken.json()["errors"])) == (400, ["body"])
    assert unsaid.status_code == 400


def test_unknown_brands_media_and_paths_are_told_apart(sandbox, dash):
    sandbox.tell("variant", {"errors": "code"})

    brand, media, path = dash.get(1, brand=9), dash.get(1), dash.http.get("/nowhere")

    assert [one.status_code for one in (brand, media, path)] == [403, 404, 404]
    assert media.json() == {
        "code": 404,
        "status": "Not Found",
        "message": "Media 1 of brand 4242 does not exist.",
        "errors": {},
    }


@pytest.mark.parametrize(
    ("variant", "find"),
    [
        ({"upload_url": "string"}, lambda answer: answer),
        ({"upload_url": "s3_url"}, lambda answer: answer["s3_url"]),
        ({"upload_url": "signed_url", "upload_url_in_data": True}, lambda answer: answer["data"]["signed_url"]),
    ],
)
def test_the_upload_url_can_be_anywhere(sandbox, dash, variant, find):
    sandbox.tell("variant", variant)

    url = find(dash.upload_url("A name with spaces.JPEG").json())

    assert url.startswith(f"{sandbox.s3_url}/dashsocial-static/images/uploads/")
    assert url.split("?")[0].endswith(".jpeg")


@pytest.mark.parametrize(
    ("shape", "has_id"),
    [
        ("media", lambda answer: "id" in answer.json()),
        ("data", lambda answer: "id" in answer.json()["data"]),
        ("media_nested", lambda answer: "id" in answer.json()["media"]),
        ("no_id", lambda answer: "id" not in answer.json()),
        ("empty", lambda answer: answer.content == b""),
    ],
)
def test_a_create_can_be_answered_in_many_ways(sandbox, dash, shape, has_id):
    sandbox.tell("variant", {"create_shape": shape, "create_status": 200})

    answer = dash.create()

    assert answer.status_code == 200
    assert has_id(answer)


def test_members_of_a_media_can_look_otherwise(sandbox, dash, photo):
    sandbox.tell(
        "variant",
        {"meta_as": "string", "timestamps": "aware", "media_files": "absent", "pending_status": "IN_QUEUE"},
    )

    media = dash.create(dash.upload(photo), meta='{"filename": "a.jpg"}').json()

    assert json.loads(media["meta"])["filename"] == "a.jpg"
    assert media["source_created_at"] == "2026-07-01T14:03:22Z"
    assert media["brand_media_status"] == "IN_QUEUE"
    assert not {"image", "video"} & set(media)


def test_processing_can_be_made_to_fail(sandbox, dash, photo):
    sandbox.tell("variant", {"outcome": "failed", "process_after_looks": 0, "failed_status": "ERROR"})
    media_id = dash.create(dash.upload(photo)).json()["id"]

    assert dash.get(media_id).json()["brand_media_status"] == "ERROR"


def test_a_variant_that_means_nothing_changes_nothing(sandbox):
    before = sandbox.ask("variant")

    with pytest.raises(ValueError, match="duplicates"):
        sandbox.tell("variant", {"duplicates": "maybe", "latency_ms": 5})

    assert sandbox.ask("variant") == before
