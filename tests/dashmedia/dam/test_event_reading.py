from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashmedia.dam.event_reading import read_bucket_start, read_events
from dashmedia.errors import ContractError
from dashmedia.exports.search import DownloadEvent

AT = datetime(2026, 11, 20, 7, 30, 0, 123000, tzinfo=UTC)
ROW = {
    "id": "e-1",
    "assetId": "a-1",
    "assetFileId": "f-1",
    "userId": "auth0|1",
    "userType": "USER",
    "portalId": None,
    "downloadType": "ORIGINAL",
    "date": "2026-11-20T07:30:00.123Z",
}
EVENT = DownloadEvent("e-1", "a-1", "f-1", "auth0|1", "USER", None, "ORIGINAL", AT)


def without(*names, **more):
    return {name: value for name, value in ROW.items() if name not in names} | more


def answer(*rows, total=None, **more):
    return {"totalResults": len(rows) if total is None else total, "results": list(rows)} | more


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        {"result": ROW, "permittedActions": []},
        without("id", eventId="e-1"),
        without("date", dateDownloaded=ROW["date"]),
        without("date", timestamp=ROW["date"]),
        ROW | {"assetId": {"id": "a-1"}, "userId": {"id": "auth0|1"}, "assetFileId": {"id": "f-1"}},
        without(
            "assetId", "assetFileId", "userId", asset={"id": "a-1"}, assetFile={"id": "f-1"}, user={"id": "auth0|1"}
        ),
        without("portalId"),
        without("portalId", portal=None),
        ROW | {"portalId": ""},
        ROW | {"assetId": None, "asset": {"id": "a-1"}},
        ROW | {"date": "2026-11-20T08:30:00.123+01:00"},
        ROW | {"date": "2026-11-20T07:30:00.123"},
        ROW | {"somethingNew": {"a": 1}},
    ],
)
def test_every_spelling_of_an_event_gives_the_same_event(row):
    answered = read_events(answer(row, row, total=18342))

    assert (answered.total, answered.events) == (18342, [EVENT, EVENT])


def test_one_odd_row_does_not_change_how_the_others_are_read():
    rows = [ROW, without("userId", "portalId", portal={"id": "p-1"}), ROW]

    assert read_events(answer(*rows)).events == [EVENT, EVENT._replace(user_id=None, portal_id="p-1"), EVENT]


def test_no_rows_are_no_events():
    assert read_events(answer(total=0)).events == []


@pytest.mark.parametrize(
    ("row", "member", "seen"),
    [
        (without("id"), "id", "an object with assetId"),
        (ROW | {"id": ""}, "id", "an object with id"),
        (ROW | {"id": 7}, "id", "an object with id"),
        (without("date"), "date", "an object with id"),
        (ROW | {"date": 1795262400000}, "date", "an object with id"),
        (ROW | {"date": "2026-11-20"}, "date", "'2026-11-20'"),
        (ROW | {"date": "yesterday at noon"}, "date", "'yesterday at noon'"),
        (ROW | {"date": "0001-01-01T00:00:00+10:00"}, "date", "'0001-01-01T00:00:00+10:00'"),
        (ROW | {"assetId": 7}, "assetId", "a int"),
        (ROW | {"assetId": {"name": "x"}}, "assetId", "an object with name"),
        (ROW | {"userType": ["USER"]}, "userType", "a list of 1"),
        (None, "id", "nothing"),
        ({"result": None}, "id", "nothing"),
        ("text", "id", "text of 4 characters"),
    ],
)
def test_an_event_that_cannot_be_read_is_named_by_its_row(row, member, seen):
    with pytest.raises(ContractError) as raised:
        read_events(answer(ROW, row))

    assert raised.value.member == f"results[1].{member}"
    assert f"seen {seen}" in str(raised.value)


@pytest.mark.parametrize(
    "buckets",
    [
        {"buckets": [{"value": "a-1", "count": 912}, {"value": "a-2", "count": "3"}]},
        [{"key": "a-1", "docCount": 912}, {"key": "a-2", "docCount": 3}],
        {"a-1": 912, "a-2": 3},
        {"buckets": {"a-1": 912, "a-2": 3}},
        [
            {"value": "a-1", "count": 912},
            {"value": None, "count": 5},
            {"value": "a-2", "count": 3},
            {"value": "", "count": 1},
        ],
    ],
)
def test_every_shape_of_buckets_gives_the_same_counts(buckets):
    answered = read_events(answer(total=915, aggregations={"assets": buckets, "unasked": 7}), ["assets"])

    assert answered.aggregations == {"assets": {"a-1": 912, "a-2": 3}}


@pytest.mark.parametrize("more", [{}, {"aggregations": None}, {"aggregations": {"assets": None}}])
def test_nothing_need_not_be_counted(more):
    assert read_events(answer(total=0, **more), ["assets"]).aggregations == {"assets": {}}


@pytest.mark.parametrize(
    "buckets",
    [
        None,
        7,
        "text",
        {"buckets": 7.5},
        [{"value": "a-1"}],
        [{"value": "a-1", "count": -1}],
        [{"value": "a-1", "count": True}],
        [{"value": "a-1", "count": 1}, {"key": "a-1", "count": 2}],
        ["a-1"],
        {"a-1": None},
    ],
)
def test_buckets_that_cannot_be_read_are_named(buckets):
    with pytest.raises(
        ContractError, match=r"no usable aggregations\.assets: seen .*, expected buckets of value and count"
    ):
        read_events(answer(total=3, aggregations={"assets": buckets}), ["assets"])


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T00:00:00.000Z",
        "2026-11-01T00:00:00",
        "2026-11-01T01:00:00+01:00",
        "2026-11-01",
        "2026-11",
        "1793491200000",
    ],
)
def test_every_spelling_of_a_bucket_gives_its_first_instant(text):
    assert read_bucket_start(text) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["November", "2026/11", "7", "9" * 30, "0001-01-01T00:00:00+10:00"])
def test_a_bucket_that_is_no_time_is_refused(text):
    with pytest.raises(ContractError, match="no usable aggregations date"):
        read_bucket_start(text)
