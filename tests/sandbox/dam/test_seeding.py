import time

import pytest


@pytest.fixture
def seed(sandbox):
    def seed(**wanted):
        ids = set(sandbox.tell("seed_assets", wanted)["ids"])
        return [one for one in sandbox.ask("assets") if one["id"] in ids]

    return seed


def test_assets_are_made_to_measure(seed, dam):
    now_ms = time.time() * 1000
    me = dam.get("/current-user").json()["result"]

    made = seed(
        count=3,
        state="PENDING_APPROVAL",
        staged_by=me["email"],
        folder="/UGC/2026-08",
        values={"Title": "Dawn", "Usage rights": ["Web", "Social"], "Rights expire": False, "Campaign": True},
        staged_age_s=7200,
        pending_age_s=3600,
        filename="dawn.jpg",
    )

    assert [one["state"] for one in made] == ["PENDING_APPROVAL"] * 3
    for one in made:
        assert (one["stagedBy"], one["file"]["filename"], one["live_ms"]) == (me["id"], "dawn.jpg", None)
        assert one["values"] | {"Campaign": None, "Creator": None} == {
            "Folders": ["/UGC/2026-08"],
            "Title": ["Dawn"],
            "Usage rights": ["Web", "Social"],
            "Campaign": None,
            "Creator": None,
        }
        assert one["values"]["Campaign"]
        assert abs(one["staged_ms"] - now_ms + 7_200_000) < 60_000
        assert abs(one["pending_ms"] - now_ms + 3_600_000) < 60_000


def test_many_assets_are_all_different_in_what_must_be(seed):
    made = seed(count=2_000, state="STAGED", values={"Title": True})

    assert len({one["id"] for one in made}) == len({one["file"]["file_id"] for one in made}) == 2_000
    assert len({one["file"]["checksum"] for one in made}) == 2_000
    assert all(one["values"]["Title"] and one["values"]["Folders"] for one in made)


def test_an_asset_can_be_without_a_file(seed, dam):
    (made,) = seed(count=1, state="LIVE", has_file=False, values={"Title": "zebra"})
    by_name = {"type": "FIELD_MATCHES", "field": {"type": "FIXED", "fieldName": "FILENAME"}, "value": "*"}
    empty = {"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "fieldName": "FILE_TYPE"}}
    words = {"type": "FIELD_MATCHES", "field": {"type": "FIXED", "fieldName": "KEYWORDS"}, "value": "zebra"}
    others = words | {"value": "no such word"}

    counts = [
        dam.search("asset", one, size=0).json()["totalResults"]
        for one in (empty, words, {"type": "NOT", "criterion": by_name}, {"type": "NOT", "criterion": others})
    ]

    assert (made["file"], dam.result(f"/assets/{made['id']}")["currentAssetFile"]) == (None, None)
    assert counts == [1, 1, 1, dam.search("asset", size=0).json()["totalResults"]]


def test_no_asset_at_all_can_be_asked_for(seed):
    assert seed(count=0) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"folder": "/Nowhere"},
        {"staged_by": "nobody"},
        {"values": {"Colour": "red"}},
        {"values": {"Usage rights": ["Radio"]}},
        {"state": "GONE"},
    ],
)
def test_what_there_is_none_of_is_refused(sandbox, wanted):
    before = sandbox.ask("state")

    with pytest.raises(ValueError, match="refused POST"):
        sandbox.tell("seed_assets", {"count": 1} | wanted)

    assert sandbox.ask("state")["assets"] == before["assets"]
