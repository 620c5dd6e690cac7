from __future__ import annotations

from dashmedia.dam.criteria import MatchAll
from dashmedia.dam.field_refs import Fixed, Plain
from dashmedia.dam.searches import DateHistogram, Sort, Terms, search_body
from dashmedia.exports.search import Interval


def test_a_search_always_says_all_four():
    assert search_body(MatchAll(), 0, 1) == {"from": 0, "pageSize": 1, "criterion": {"type": "MATCH_ALL"}, "sorts": []}


def test_order_and_aggregations_name_their_fields_as_criteria_do():
    body = search_body(
        MatchAll(),
        10,
        5,
        [Sort(Fixed("DATE_LIVE"), descending=True), Sort(Plain("DATE"))],
        {"assets": Terms(Plain("ASSET_ID")), "months": DateHistogram(Plain("DATE"), Interval.MONTH)},
    )

    assert body["sorts"] == [
        {"field": {"type": "FIXED", "fieldName": "DATE_LIVE"}, "order": "DESC"},
        {"field": "DATE", "order": "ASC"},
    ]
    assert body["aggregations"] == {
        "assets": {"type": "TERMS", "field": "ASSET_ID"},
        "months": {"type": "DATE_HISTOGRAM", "field": "DATE", "interval": "MONTH"},
    }
