"""Download events as an export asks for them: `dashmedia.exports.search.EventSearch` over the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.criteria import And, Range, one_of
from dashmedia.dam.event_reading import read_bucket_start
from dashmedia.dam.field_refs import Plain
from dashmedia.dam.searches import DateHistogram, Sort, Terms
from dashmedia.exports.search import Counted, EventPage, NoneOf

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dashmedia.dam import criteria
    from dashmedia.dam.client import DashClient
    from dashmedia.dam.searches import Aggregation
    from dashmedia.exports.search import Constraint, Criterion, Dimension, Interval, K

DATE = Plain(wire.EVENT_DATE_FIELD)

#: The caller's own name of the one aggregation that is asked for at a time.
COUNTED = "counted"


class DashEvents:
    """An `EventSearch` for any number of threads; one request for each call, repeats of the transport aside."""

    def __init__(self, dash: DashClient) -> None:
        self._dash = dash

    def page(self, criterion: Criterion, start: int, size: int) -> EventPage:
        """Rows `start` to `start + size`, oldest first where the service honours that."""
        answer = self._dash.search_download_events(criterion_of(criterion), start, size, [Sort(DATE)])
        return EventPage(answer.total, answer.events)

    def histogram(self, criterion: Criterion, interval: Interval) -> Counted[datetime]:
        """Events per bucket, by its first instant, UTC."""
        return self._count(criterion, DateHistogram(DATE, interval), read_bucket_start)

    def terms(self, criterion: Criterion, dimension: Dimension) -> Counted[str]:
        """Events per value; events without a value are in no bucket."""
        return self._count(criterion, Terms(Plain(wire.EVENT_FIELDS[dimension])), str)

    def _count(self, criterion: Criterion, aggregation: Aggregation, read_key: Callable[[str], K]) -> Counted[K]:
        asked = criterion_of(criterion)
        answer = self._dash.search_download_events(asked, 0, wire.COUNT_ROWS, [Sort(DATE)], {COUNTED: aggregation})
        return Counted(answer.total, {read_key(key): count for key, count in answer.aggregations[COUNTED].items()})


def criterion_of(criterion: Criterion) -> criteria.Criterion:
    """The export's criterion in the API's language."""
    between = Range.of_times(DATE, criterion.since, criterion.until)
    return And((between, *map(_constraint_of, criterion.constraints))) if criterion.constraints else between


def _constraint_of(constraint: Constraint) -> criteria.Criterion:
    chosen = one_of(Plain(wire.EVENT_FIELDS[constraint.dimension]), constraint.values)
    return ~chosen if isinstance(constraint, NoneOf) else chosen
