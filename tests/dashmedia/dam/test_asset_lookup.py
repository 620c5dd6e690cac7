from __future__ import annotations

import logging

import pytest

from dashmedia.dam import wire
from dashmedia.errors import AuthError

SEARCH = "/asset-searches"
STATES = {
    "type": "FIELD_HAS_ANY_EQUAL",
    "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"},
    "values": ["STAGED", "PENDING_APPROVAL", "LIVE", "BINNED"],
}


@pytest.fixture
def stocked(dash, asset):
    """A service with so many assets, `a-0` onward."""

    def stock(count, page=1_000):
        ids = [f"a-{number}" for number in range(count)]

        def search(body):
            rows = ids[body["from"] :][: min(body["pageSize"], page)]
            return 200, {"totalResults": count, "results": [asset(one) for one in rows]}

        dash.answers |= {("GET", f"/assets/{one}"): (200, {"result": asset(one)}) for one in ids}
        dash.answers["POST", SEARCH] = search
        return ids

    return stock


def test_few_assets_are_looked_up_one_by_one(client, dash, stocked):
    stocked(3)

    found = client.assets(["a-0", "a-2", "gone", ""])

    assert {key: one and one.id for key, one in found.items()} == {"a-0": "a-0", "a-2": "a-2", "gone": None}
    assert dash.asked(SEARCH) == 0


def test_many_assets_are_found_by_reading_the_catalogue(client, dash, stocked):
    ids = stocked(2_500)

    found = client.assets([*ids[:2_400], "gone"])

    assert sum(one is not None for one in found.values()) == 2_400
    assert found["gone"] is None
    assert [(path, body and body["from"]) for _, path, body in dash.requests] == [
        (SEARCH, 0),
        (SEARCH, 1_000),
        (SEARCH, 2_000),
        ("/assets/gone", None),
    ]
    body = dash.requests[0][2]
    assert (body["criterion"], body["sorts"][0]["field"]["fieldName"]) == (STATES, "DATE_STAGED")


def test_reading_stops_when_all_are_found(client, dash, stocked):
    ids = stocked(2_500)

    client.assets(ids[:60])

    assert len(dash.requests) == 1


@pytest.mark.parametrize(("count", "wanted"), [(3_001, 60), (10_001, 300)])
def test_a_catalogue_that_is_too_large_is_not_read(client, dash, stocked, count, wanted):
    ids = stocked(count)

    found = client.assets(ids[-wanted:])

    assert all(found.values())
    assert dash.asked(SEARCH) == 1


def test_short_pages_never_reach_past_the_cap(client, dash, stocked):
    ids = stocked(10_000, page=900)

    assert all(client.assets(ids[-300:]).values())
    assert max(body["from"] + body["pageSize"] for _, path, body in dash.requests if path == SEARCH) == 10_000


def test_what_a_shifting_catalogue_hides_is_looked_up(client, dash, stocked, asset):
    ids = stocked(40)
    dash.answers["POST", SEARCH] = 200, {"totalResults": 40, "results": [asset("a-0"), asset("stranger")]}

    found = client.assets(ids)

    assert list(found.values()) == [one for one in found.values() if one]
    assert set(found) == set(ids)


def test_a_catalogue_that_ends_early_is_no_loop(client, dash, stocked):
    ids = stocked(40)
    dash.answers["POST", SEARCH] = 200, {"totalResults": 40, "results": []}

    assert all(client.assets(ids).values())


def test_a_search_that_is_refused_is_done_without(client, dash, stocked, caplog):
    ids = stocked(40)
    dash.answers["POST", SEARCH] = 400, {"message": "Failed to read request"}

    with caplog.at_level(logging.WARNING):
        found = client.assets(ids)

    assert all(found.values())
    assert "assets are looked up one by one: POST asset-searches was refused with 400" in caplog.text


def test_a_wrong_token_ends_the_look_up(client, dash, stocked):
    ids = stocked(40)
    dash.answers["POST", SEARCH] = 401, {}

    with pytest.raises(AuthError):
        client.assets(ids)

    assert len(dash.requests) == 1


def test_once_the_id_field_is_known_batches_are_asked_for(client, dash, stocked, asset, monkeypatch):
    monkeypatch.setattr(wire, "ASSET_ID_FIELD", "ID")
    ids = stocked(450)
    dash.answers["POST", SEARCH] = lambda body: (
        200,
        {
            "totalResults": 200,
            "results": [asset(one) for one in body["criterion"]["criteria"][0]["values"] if one in ids],
        },
    )

    found = client.assets([*ids, "zz-gone"])

    assert [key for key, one in found.items() if one is None] == ["zz-gone"]
    assert [path for _, path, _ in dash.requests] == [SEARCH] * 3 + ["/assets/zz-gone"]
    assert dash.requests[0][2]["criterion"]["criteria"][0]["field"] == {"type": "FIXED", "fieldName": "ID"}
