import pytest

DAY = "2026-07-01T00:00:"
IN_WINDOW = {"type": "FIELD_RANGE", "field": "DATE", "from": f"{DAY}01.000Z", "to": f"{DAY}03.000Z"}


def equals(field, value):
    return {"type": "FIELD_EQUALS", "field": field, "value": value}


def dates(rows):
    return [row["date"] for row in rows]


@pytest.mark.parametrize(
    ("start_is", "end_is", "seconds"),
    [
        ("inclusive", "inclusive", [1, 2, 3]),
        ("inclusive", "exclusive", [1, 2]),
        ("exclusive", "inclusive", [2, 3]),
        ("exclusive", "exclusive", [2]),
    ],
)
def test_a_range_has_its_ends_or_not(sandbox, dam, rows, only, start_is, end_is, seconds):
    only(*(f"{DAY}{second:02d}.000Z" for second in range(5)))
    sandbox.tell("variant", {"range_start": start_is, "range_end": end_is})

    answer = dam.events(IN_WINDOW)

    assert dates(rows(answer)) == [f"{DAY}{second:02d}.000Z" for second in seconds]
    assert answer["totalResults"] == len(seconds)


def test_a_bound_finer_than_a_millisecond_is_not_rounded(sandbox, dam, rows, only):
    only(f"{DAY}01.000Z", f"{DAY}01.001Z", f"{DAY}01.002Z")
    between = {"type": "FIELD_RANGE", "field": "DATE", "from": f"{DAY}01.000001Z", "to": f"{DAY}01.001999Z"}

    assert dates(rows(dam.events(between))) == [f"{DAY}01.001Z"]


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (equals("USER_ID", "u1"), [0, 1]),
        (equals("USER_ID", "nobody"), []),
        (equals("DATE", "2026-07-03T00:00:00Z"), [2]),
        ({"type": "FIELD_HAS_ANY_EQUAL", "field": "USER_TYPE", "values": ["API", "SHARE_VISITOR"]}, [2, 3]),
        ({"type": "NOT", "criterion": equals("USER_ID", "u1")}, [2, 3]),
        ({"type": "AND", "criteria": []}, [0, 1, 2, 3]),
        ({"type": "OR", "criteria": []}, []),
        ({"type": "OR", "criteria": [equals("PORTAL_ID", "p1"), equals("DATE", "2026-07-01")]}, [0, 1]),
        ({"type": "OR", "criteria": [{"type": "MATCH_ALL"}, equals("PORTAL_ID", "p1")]}, [0, 1, 2, 3]),
        ({"type": "NOT", "criterion": {"type": "MATCH_ALL"}}, []),
        (
            {
                "type": "AND",
                "criteria": [equals("USER_ID", "u1"), {"type": "FIELD_RANGE", "field": "DATE", "from": "2026-07-02"}],
            },
            [1],
        ),
        (
            {
                "type": "NOT",
                "criterion": {"type": "FIELD_RANGE", "field": "DATE", "from": "2026-07-02", "to": "2026-07-03"},
            },
            [0, 3],
        ),
        (equals("ASSET_ID", "a4"), [3]),
        (equals("DOWNLOAD_TYPE", "EMBED"), [3]),
    ],
)
def test_criteria_say_which_events_are_meant(dam, rows, only, criterion, found):
    ids = only(
        {"date": "2026-07-01T00:00:00Z", "userId": "u1", "assetId": "a1"},
        {"date": "2026-07-02T00:00:00Z", "userId": "u1", "portalId": "p1"},
        {"date": "2026-07-03T00:00:00Z", "userId": "u2", "userType": "API"},
        {"date": "2026-07-04T00:00:00Z", "userType": "SHARE_VISITOR", "assetId": "a4", "downloadType": "EMBED"},
    )

    answer = dam.events(criterion)

    assert [row["id"] for row in rows(answer)] == [ids[number] for number in found]
    assert answer["totalResults"] == len(found)
