from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dashmedia.dam import DashEvents
from dashmedia.dam.events import criterion_of
from dashmedia.exports.search import Criterion, Dimension, Interval, NoneOf, OneOf

if TYPE_CHECKING:
    from dashmedia.exports.search import EventSearch

SEARCH = ("POST", "/asset-download-event-searches")
SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
DAY = Criterion(SINCE, UNTIL)
BETWEEN = {
    "type": "FIELD_RANGE",
    "field": "DATE",
    "from": "2026-11-20T00:00:00.000Z",
    "to": "2026-11-21T00:00:00.000Z",
}


@pytest.fixture
def events(client) -> EventSearch:
    return DashEvents(client)


def test_a_page_is_asked_for_oldest_first(events, dash):
    row = {"id": "e-1", "date": "2026-11-20T07:30:00.000Z"}
    dash.answers[SEARCH] = 200, {"totalResults": 12_345, "results": [{"result": row}]}

    page = events.page(DAY, 2_000, 1_000)

    assert (page.total, [event.event_id for event in page.events]) == (12_345, ["e-1"])
    assert dash.requests == [
        (
            *SEARCH,
            {"from": 2000, "pageSize": 1000, "criterion": BETWEEN, "sorts": [{"field": "DATE", "order": "ASC"}]},
        )
    ]


def test_a_histogram_is_one_request_for_counts(events, dash):
    buckets = [{"key": 1795132800000, "docCount": 7}, {"key": "2026-11-20T01:00:00.000Z", "docCount": 5}]
    dash.answers[SEARCH] = 200, {"totalResults": 12, "results": [], "aggregations": {"counted": buckets}}

    counted = events.histogram(DAY, Interval.HOUR)

    assert counted.total == 12
    assert counted.buckets == {SINCE: 7, SINCE.replace(hour=1): 5}
    ((_, _, body),) = dash.requests
    assert body["aggregations"] == {"counted": {"type": "DATE_HISTOGRAM", "field": "DATE", "interval": "HOUR"}}
    assert body["pageSize"] == 1


@pytest.mark.parametrize(
    ("dimension", "field"),
    [
        (Dimension.USER_TYPE, "USER_TYPE"),
        (Dimension.DOWNLOAD_TYPE, "DOWNLOAD_TYPE"),
        (Dimension.PORTAL, "PORTAL_ID"),
        (Dimension.ASSET, "ASSET_ID"),
    ],
)
def test_terms_are_counted_by_the_dimensions_field(events, dash, dimension, field):
    dash.answers[SEARCH] = 200, {"totalResults": 3, "results": [], "aggregations": {"counted": {"x": 2}}}

    counted = events.terms(DAY, dimension)

    assert (counted.total, counted.buckets) == (3, {"x": 2})
    assert dash.requests[0][2]["aggregations"] == {"counted": {"type": "TERMS", "field": field}}


def test_constraints_are_all_to_hold():
    criterion = Criterion(
        SINCE, UNTIL, (OneOf(Dimension.USER_TYPE, ("API",)), NoneOf(Dimension.PORTAL, ("p-1", "p-2")))
    )

    assert str(criterion_of(criterion)) == (
        "date from 2026-11-20T00:00:00.000Z to 2026-11-21T00:00:00.000Z and user type is API and "
        "not (portal id is p-1 or p-2)"
    )
