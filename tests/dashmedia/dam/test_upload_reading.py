from __future__ import annotations

import pytest

from dashmedia.dam.upload_reading import read_asset_upload
from dashmedia.errors import ContractError

SIZE, PART = 15_000_000, 7_000_000
RANGES = [(1, 0, 6_999_999), (2, 7_000_000, 13_999_999), (3, 14_000_000, 14_999_999)]


def part(number, start, end, **change):
    return {
        "partNumber": number,
        "url": f"https://s.example/{number}?sig=5ecret",
        "startByte": start,
        "endByte": end,
    } | change


def upload(parts=None, **change):
    return {"id": "u-1", "assetId": "a-1", "parts": [part(*one) for one in RANGES] if parts is None else parts} | change


def read(value, size=SIZE, part_size=PART, **more):
    return read_asset_upload(value, endpoint="POST asset-uploads", size=size, part_size=part_size, **more)


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


BARE = [{"partNumber": number, "uploadUrl": f"https://s.example/{number}?sig=5ecret"} for number, _, _ in RANGES]
INNER = [bare | {"byteRange": {"start": start, "end": end}} for bare, (_, start, end) in zip(BARE, RANGES, strict=True)]


@pytest.mark.parametrize(
    "value",
    [
        upload(),
        {"result": upload(), "permittedActions": []},
        without(upload(), "id") | {"uploadId": "u-1"},
        without(upload(), "assetId") | {"asset": {"id": "a-1"}},
        without(upload(), "parts") | {"assetUploadParts": INNER},
        without(upload(), "parts") | {"partUrls": BARE},
        upload(parts=BARE[::-1]),
    ],
)
def test_every_way_to_write_an_upload(value):
    found = read(value)

    assert (found.id, found.asset_id) == ("u-1", "a-1")
    assert [(one.number, one.start, one.end) for one in found.parts] == RANGES
    assert [one.bytes for one in found.parts] == [7_000_000, 7_000_000, 1_000_000]
    assert found.parts[0].url == "https://s.example/1?sig=5ecret"


def test_the_asset_that_was_asked_for_need_not_be_repeated():
    assert read(without(upload(), "assetId"), asset_id="a-9").asset_id == "a-9"


def test_the_services_own_parts_win():
    told = upload(parts=[part(1, 0, 9_999_999), part(2, 10_000_000, 14_999_999)])

    assert [one.bytes for one in read(told).parts] == [10_000_000, 5_000_000]


def test_only_the_parts_that_were_asked_for_are_there():
    assert [(one.start, one.end) for one in read(upload(parts=BARE[2:])).parts] == [(14_000_000, 14_999_999)]


def test_a_file_in_one_part_needs_no_part_size():
    found = read(upload(parts=BARE[:1]), part_size=None)

    assert [(one.start, one.end) for one in found.parts] == [(0, SIZE - 1)]


@pytest.mark.parametrize("ends", [{}, {"startByte": 0, "endByte": 0}, {"startByte": 0, "endByte": -1}])
def test_an_empty_file_is_one_empty_part(ends):
    found = read(upload(parts=[BARE[0] | ends]), size=0, part_size=None)

    assert [(one.number, one.bytes) for one in found.parts] == [(1, 0)]


@pytest.mark.parametrize(
    ("value", "member"),
    [
        (None, "result"),
        (without(upload(), "id"), "id"),
        (without(upload(), "assetId"), "assetId"),
        (upload(parts={}), "parts"),
        (upload(parts=["https://s.example/1?sig=5ecret"]), "parts[0].partNumber"),
        (upload(parts=[part(0, 0, 9)]), "parts[0].partNumber"),
        (upload(parts=[part(1, 0, 9, url=None)]), "parts[0].url"),
        (upload(parts=[part(1, 0, None)]), "parts[0].startByte"),
        (upload(parts=[part(1, 5, 3)]), "parts[0].endByte"),
        (upload(parts=[part(1, 0, SIZE)]), "parts[0].endByte"),
        (upload(parts=[part(1, 0, 9), part(1, 10, 19)]), "parts"),
        (upload(parts=[{"partNumber": 4, "url": "https://s.example/4?sig=5ecret"}]), "parts[0].endByte"),
    ],
)
def test_an_upload_without_what_is_needed_names_it_and_no_url(value, member):
    with pytest.raises(ContractError, match="POST asset-uploads") as caught:
        read(value)

    assert caught.value.member == member
    assert "5ecret" not in str(caught.value)


def test_a_second_part_without_a_range_needs_a_part_size():
    with pytest.raises(ContractError, match="no part size was asked for"):
        read(upload(parts=BARE), part_size=None)


def test_a_signed_url_is_not_shown():
    assert "5ecret" not in repr(read(upload()))


@pytest.mark.parametrize(
    "url", ["ftp://storage.example/1", "http://storage.example/1", "https://storage.example:99999/1", "javascript:alert(1)", "/1", "https://a b/1"]
)  # fmt: skip
def test_a_part_url_that_bytes_must_not_go_to_is_refused_without_being_shown(url):
    value = {"id": "u", "assetId": "a", "parts": [{"partNumber": 1, "url": url}]}

    with pytest.raises(ContractError, match=r"parts\[0\]\.url: seen text of \d+ characters, expected an https URL"):
        read_asset_upload(value, endpoint="POST asset-uploads", size=5, part_size=None)
