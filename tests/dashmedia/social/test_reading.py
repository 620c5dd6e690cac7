from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dashmedia.errors import ContractError
from dashmedia.members import as_count, describe
from dashmedia.social.models import Media
from dashmedia.social.reading import (
    read_created_id,
    read_identity,
    read_media,
    read_page,
    read_upload_url,
)

SIGNED = "https://s3.example/images/uploads/1.jpg?X-Amz-Signature=deadbeef"
SOURCE_ID = "0b6e2f6a-6c0e-5b1a-9a53-5d0f6f1f2a11"
RECORD = {
    "id": 700000001,
    "brand_id": 4242,
    "brand_media_id": 1000000001,
    "brand_media_status": "PROCESSED",
    "source": "UPLOAD",
    "source_id": SOURCE_ID,
    "type": "IMAGE",
    "source_created_at": "2026-07-01T14:03:22",
    "meta": {"filename": "store-17_look-03.jpg", "uploaded_by": 9001},
    "image": {"sizes": {"original": {"url": "https://cdn.example/1.jpeg", "width": 1080, "size": 199326}}},
    "never_heard_of": {"a": [1]},
}
MEDIA = Media(
    id=700000001,
    brand_id=4242,
    source_id=SOURCE_ID,
    brand_media_status="PROCESSED",
    source_created_at=datetime(2026, 7, 1, 14, 3, 22, tzinfo=UTC),
    type="IMAGE",
    filename="store-17_look-03.jpg",
    original_url="https://cdn.example/1.jpeg",
    original_bytes=199326,
)


@pytest.mark.parametrize(
    "answer",
    [
        SIGNED,
        {"url": SIGNED},
        {"upload_url": SIGNED},
        {"signed_url": SIGNED},
        {"presigned_url": SIGNED},
        {"media_upload_url": SIGNED},
        {"s3_url": SIGNED},
        {"url": "not a url", "s3_url": SIGNED},
        {"url": None, "upload_url": SIGNED},
        {"data": {"url": SIGNED}},
        {"data": {"upload_url": SIGNED}, "meta": {}},
        {"data": SIGNED},
    ],
)
def test_an_upload_url_is_found_wherever_it_may_stand(answer):
    assert read_upload_url(answer).signed == SIGNED


def test_a_storage_on_this_machine_may_do_without_encryption():
    assert read_upload_url("http://127.0.0.1:8000/b/k?X-Amz-Signature=1").bare == "http://127.0.0.1:8000/b/k"


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (None, "nothing"),
        ({}, "an object with no members"),
        ([SIGNED], "a list of 1"),
        (5, "a int"),
        ({"uri": SIGNED}, "an object with uri"),
        ({"url": "http://s3.example/k?X-Amz-Signature=deadbeef"}, "an object with url"),
        ({"url": "https://s3.example/a b?deadbeef"}, "an object with url"),
        ({"url": "https://s3.example/é?deadbeef"}, "an object with url"),
        ("https://?deadbeef", "text of 17 characters"),
        ("https://s3.example:port/deadbeef", "text of 32 characters"),
        ("", "text of 0 characters"),
    ],
)
def test_an_answer_without_a_usable_url_is_described_without_its_content(answer, seen):
    with pytest.raises(
        ContractError, match=f"POST media_upload_url has no usable url: seen {seen}, expected"
    ) as raised:
        read_upload_url(answer)

    assert "deadbeef" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        RECORD,
        {"data": RECORD},
        {"media": RECORD},
        {"id": 700000001},
        {"id": "700000001"},
        {"id": None, "data": {"id": 700000001}},
    ],
)
def test_the_id_of_what_was_created_is_found(answer):
    assert read_created_id(answer, SOURCE_ID) == 700000001


@pytest.mark.parametrize(
    "answer",
    [None, {}, [], "ok", {"id": "abc"}, {"id": True}, {"data": []}, {"id": 5, "source_id": "that of another"}],
)
def test_without_a_trustworthy_id_there_is_none(answer):
    assert read_created_id(answer, SOURCE_ID) is None


@pytest.mark.parametrize("answer", [RECORD, {"data": RECORD}, {"media": RECORD}])
def test_a_record_is_read_bare_or_wrapped(answer):
    assert read_media(answer, 4242) == MEDIA


def test_meta_as_text_is_read_as_an_object():
    assert read_media(RECORD | {"meta": json.dumps(RECORD["meta"])}, 4242) == MEDIA


def test_a_video_has_its_original_elsewhere():
    record = RECORD | {"image": None, "video": RECORD["image"], "type": "VIDEO"}

    assert read_media(record, 4242) == MEDIA.model_copy(update={"type": "VIDEO"})


@pytest.mark.parametrize(
    "record",
    [
        {"id": 5},
        {"id": "5", "brand_id": None, "source_id": None, "meta": None, "image": None, "video": None, "type": None},
        {"id": 5, "meta": "no json", "image": [], "type": 7, "video": {"sizes": {"original": "x"}}},
        {"id": 5, "meta": "[" * 100_000},
    ],
)
def test_everything_but_the_id_may_be_missing(record):
    assert read_media(record, 4242) == Media(id=5, brand_id=4242)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, "GET brands/media/v2 has no usable id: seen nothing"),
        ([], "no usable id: seen a list of 0"),
        ({"data": {}}, "no usable id: seen an object with data"),
        ({"id": "abc"}, "no usable id: seen an object with id"),
        ({"id": "9" * 5000}, "no usable id"),
        (
            {"id": 5, "source_id": ["x"]},
            "no usable source_id: seen a list of 1, expected Input should be a valid string",
        ),
        ({"id": 5, "brand_media_status": 3}, "no usable brand_media_status: seen a int"),
        ({"id": 5, "source_created_at": "yesterday"}, "no usable source_created_at: seen text of 9 characters"),
    ],
)
def test_a_record_without_a_needed_fact_is_named(answer, complaint):
    with pytest.raises(ContractError, match=complaint):
        read_media(answer, 4242)


@pytest.mark.parametrize(
    ("paging", "total", "is_last"),
    [
        ({"count": 1156, "next": "https://x"}, 1156, False),
        ({"count": 1, "next": None}, 1, True),
        ({"next": None}, None, True),
        ({}, None, False),
        (None, None, False),
        ([], None, False),
    ],
)
def test_a_page_is_read_with_whatever_it_says_about_the_others(paging, total, is_last):
    page = read_page({"data": [RECORD], "paging": paging}, 4242)

    assert (page.records, page.total, page.is_last) == ([MEDIA], total, is_last)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, "PUT brands/media/v2 has no usable data: seen nothing"),
        ({"data": {"id": 1}}, "no usable data: seen an object with data"),
        ({"data": [RECORD, None]}, r"no usable data\[1\].id: seen nothing"),
        ({"data": [{"id": 1, "source_created_at": "x"}]}, r"no usable data\[0\].source_created_at"),
    ],
)
def test_a_page_that_cannot_be_read_names_the_record(answer, complaint):
    with pytest.raises(ContractError, match=complaint):
        read_page(answer, 4242)


def test_an_identity_is_read_with_brands_by_slug():
    identity = read_identity(
        {
            "accessible_brands": [4242, "17"],
            "brands": {"acme-outdoor": {"id": 4242, "name": "Acme Outdoor"}, "b": {"id": 17}, "odd": None},
            "organization": {"id": 77, "name": "Acme Group"},
            "organization_id": 77,
        }
    )

    assert identity.accessible_brands == {4242, 17}
    assert identity.brand_names == {4242: "Acme Outdoor", 17: "b"}
    assert identity.organization_id == 77


@pytest.mark.parametrize(
    ("answer", "brands", "organization_id"),
    [
        ({"data": {"accessible_brands": [1]}}, {1}, None),
        ({"accessible_brands": []}, set(), None),
        ({"brands": [{"id": 1, "name": "A"}], "organization": {"id": 7}}, {1}, 7),
        ({"brands": {"a": {"id": 1}}, "organization": 7}, {1}, None),
        ({"accessible_brands": [1], "brands": 5}, {1}, None),
    ],
)
def test_an_identity_is_read_from_its_variants(answer, brands, organization_id):
    identity = read_identity(answer)

    assert (identity.accessible_brands, identity.organization_id) == (brands, organization_id)


@pytest.mark.parametrize("answer", [None, {}, {"accessible_brands": {"1": 1}}, {"accessible_brands": ["acme"]}])
def test_an_identity_without_brand_ids_is_refused(answer):
    with pytest.raises(ContractError, match="GET api/self has no usable accessible_brands"):
        read_identity(answer)


@pytest.mark.parametrize("value", [True, -1, 1.5, "-1", "1.5", "", None, "٣"])
def test_what_is_no_whole_number_is_no_id(value):
    assert as_count(value) is None


def test_a_description_never_holds_content():
    assert describe({"url": SIGNED}) == "an object with url"
    assert describe(SIGNED) == f"text of {len(SIGNED)} characters"
