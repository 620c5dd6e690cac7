from __future__ import annotations

import traceback

import pytest

from dashmedia.dam.envelope import reference, required_text, resource, rows_of
from dashmedia.dam.event_reading import read_bucket_start
from dashmedia.dam.reading import read_asset
from dashmedia.errors import ContractError


def test_a_resource_is_read_from_its_envelope_or_bare():
    assert resource("GET x", {"result": {"id": "1"}, "permittedActions": []}) == ({"id": "1"}, "result.")
    assert resource("GET x", {"id": "1"}, "results[3].") == ({"id": "1"}, "results[3].")


@pytest.mark.parametrize("answer", [None, [], "text"])
def test_what_is_no_object_is_no_resource(answer):
    with pytest.raises(ContractError, match=r"GET x has no usable results\[3\].result: seen .*, expected an object"):
        resource("GET x", answer, "results[3].")


def test_a_missing_member_is_named_with_those_that_are_there():
    with pytest.raises(ContractError, match=r"no usable result.id: seen an object with name, url, expected text"):
        required_text("GET x", {"name": "secret", "url": "secret"}, "id", "result.")
    with pytest.raises(ContractError, match="no usable id: seen a int, expected text"):
        required_text("GET x", {"id": 7}, "id")


def test_rows_come_with_their_total():
    assert rows_of("POST x", {"results": [1, 2], "totalResults": 18342}) == ([1, 2], 18342)


@pytest.mark.parametrize(
    ("answer", "member"),
    [(None, "results"), ([], "results"), ({"results": {}}, "results"), ({"results": []}, "totalResults")],
)
def test_rows_or_total_that_are_missing_are_named(answer, member):
    with pytest.raises(ContractError, match=f"POST x has no usable {member}: seen"):
        rows_of("POST x", answer)


def test_a_reference_is_text_or_an_object_with_an_id():
    assert [reference(one) for one in ("a", {"id": "a"}, {}, None, 7)] == ["a", "a", None, None, None]


SIGNATURE = "deadbeef" * 8
SIGNED = f"https://storage.example/1.jpg?X-Amz-Signature={SIGNATURE}"
ASSET = {"id": "a-1", "lifecycleStatus": {"state": "LIVE"}}


@pytest.mark.parametrize(
    ("read", "member"),
    [
        (lambda: read_asset(ASSET | {"dateLastModified": SIGNED}), "date_last_modified"),
        (lambda: read_bucket_start(SIGNED), "aggregations date"),
        (lambda: read_bucket_start(f"gnature={SIGNATURE}"), "aggregations date"),
    ],
)
def test_a_signed_url_where_a_time_should_be_is_in_no_part_of_the_traceback(read, member):
    with pytest.raises(ContractError, match=member) as caught:
        read()

    assert SIGNATURE[:16] not in "".join(traceback.format_exception(caught.value))
