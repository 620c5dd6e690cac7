import pytest


@pytest.mark.parametrize(
    ("flaw", "wrong"),
    [
        ("without_id", lambda row: "id" not in row),
        ("without_date", lambda row: "date" not in row),
        ("outside_window", lambda row: row["date"].startswith("2027-08")),
    ],
)
def test_one_row_of_a_page_can_have_a_flaw(sandbox, dam, rows, ten, flaw, wrong):
    sandbox.tell("variant", {"event_flaw": flaw})

    flawed = [number for number, row in enumerate(rows(dam.events())) if wrong(row)]

    assert flawed == [5]


@pytest.mark.parametrize(
    ("style", "members"),
    [
        ("id", {"assetId": "a", "userId": "u", "portalId": None}),
        ("object", {"asset": {"id": "a"}, "user": {"id": "u"}, "portal": None}),
        ("id_object", {"assetId": {"id": "a"}, "userId": {"id": "u"}, "portalId": None}),
    ],
)
def test_references_can_be_objects(sandbox, dam, rows, only, style, members):
    only({"date": "2026-07-01T00:00:00Z", "assetId": "a", "userId": "u"})
    sandbox.tell("variant", {"event_references": style})

    (row,) = rows(dam.events())

    assert row | members == row
    assert set(row) - set(members) == {
        "id",
        "assetFile" if style == "object" else "assetFileId",
        "userType",
        "downloadType",
        "date",
    }


@pytest.mark.parametrize("name", ["dateDownloaded", "timestamp"])
def test_members_can_be_called_otherwise_or_be_missing(sandbox, dam, rows, only, name):
    (event_id,) = only("2026-07-01T00:00:00Z")
    sandbox.tell("variant", {"event_id": "eventId", "event_date": name, "event_nulls": "absent"})

    assert rows(dam.events()) == [
        {"eventId": event_id, name: "2026-07-01T00:00:00.000Z", "userType": "USER", "downloadType": "ORIGINAL"}
    ]
