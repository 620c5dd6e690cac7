"""Built-in properties that assets are searched by, beside those that the demo's assets have."""

COLLECTIONS = {"type": "FIXED", "fieldName": "COLLECTIONS"}


def found(dam, rows, criterion):
    binned = {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"}, "value": "BINNED"}
    answer = dam.search("asset", {"type": "AND", "criteria": [binned, criterion]})
    return {one["id"] for one in rows(answer.raise_for_status().json())}


def test_assets_are_found_by_the_collections_they_are_in(sandbox, dam, rows):
    summer, both, none = (
        set(sandbox.tell("seed_assets", {"count": 2, "state": "BINNED", "collections": ids})["ids"])
        for ids in (["summer"], ["summer", "press"], [])
    )

    in_summer = found(dam, rows, {"type": "FIELD_EQUALS", "field": COLLECTIONS, "value": "summer"})
    in_press = found(dam, rows, {"type": "FIELD_HAS_ANY_EQUAL", "field": COLLECTIONS, "values": ["press", "x"]})
    in_no_collection = found(dam, rows, {"type": "FIELD_IS_EMPTY", "field": COLLECTIONS})

    assert in_summer == summer | both
    assert in_press == both
    assert in_no_collection & (summer | both | none) == none


def test_a_new_start_knows_no_collections(sandbox, dam, rows):
    sandbox.tell("seed_assets", {"count": 1, "state": "BINNED", "collections": ["summer"]})
    sandbox.tell("reset")

    assert found(dam, rows, {"type": "FIELD_EQUALS", "field": COLLECTIONS, "value": "summer"}) == set()
