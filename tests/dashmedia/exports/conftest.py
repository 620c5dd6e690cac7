"""A truthful service of download events in memory: its counts are always right, whatever else it does."""

from __future__ import annotations

import random
import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dashmedia.exports.search import Counted, DownloadEvent, EventPage, Interval, OneOf

#: 2026-11-20 00:00 UTC.
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class EventService:
    """Answers like the service.

    `ties` shuffles rows of one instant anew for each page, `order` "shuffled" all rows, "by_id" ignores the sort.
    `arrivals` come before the call with that number; `spoil` may exchange the page of a call; `terms_most` is how many
    values an aggregation names.
    """

    events: list[DownloadEvent]
    cap: int = 10_000
    from_inclusive: bool = True
    to_inclusive: bool = True
    order: str = "by_date"
    shuffle_ties: bool = False
    arrivals: dict[int, list[DownloadEvent]] = field(default_factory=dict)
    spoil: object = None
    terms_most: int | None = None
    seed: int = 0

    def __post_init__(self):
        self.calls: list[tuple[str, object]] = []
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._sort()

    def _sort(self):
        self.events.sort(key=lambda event: (event.downloaded_at, event.event_id))
        self._dates = [event.downloaded_at for event in self.events]

    def page(self, criterion, start, size):
        with self._lock:
            found = self._call("page", criterion)
            assert start + size <= self.cap, "400: paging reaches no further"
            page = EventPage(len(found), self._ordered(found, start + size)[start : start + size])
            return self.spoil(len(self.calls), criterion, page) if self.spoil else page

    def histogram(self, criterion, interval):
        with self._lock:
            found = self._call("histogram", criterion)
            fields = {"minute": 0, "second": 0, "microsecond": 0}
            fields |= {} if interval is Interval.HOUR else {"hour": 0}
            fields |= {"day": 1} if interval is Interval.MONTH else {}
            return Counted(len(found), dict(Counter(event.downloaded_at.replace(**fields) for event in found)))

    def terms(self, criterion, dimension):
        with self._lock:
            found = self._call("terms", criterion)
            values = Counter(value for event in found if (value := getattr(event, dimension)) is not None)
            return Counted(len(found), dict(values.most_common(self.terms_most)))

    def _call(self, kind, criterion):
        self.calls.append((kind, criterion))
        if late := self.arrivals.get(len(self.calls)):
            self.events += late
            self._sort()
        first = (bisect_left if self.from_inclusive else bisect_right)(self._dates, criterion.since)
        last = (bisect_right if self.to_inclusive else bisect_left)(self._dates, criterion.until)
        found = self.events[first:last]
        for constraint in criterion.constraints:
            wanted = isinstance(constraint, OneOf)
            values = set(constraint.values)
            found = [event for event in found if (getattr(event, constraint.dimension) in values) is wanted]
        return found

    def _ordered(self, found, needed):
        if self.order == "shuffled":
            return self._random.sample(found, len(found))
        if self.order == "by_id":
            return sorted(found, key=lambda event: event.event_id[::-1])
        if self.shuffle_ties and found:
            last = found[min(needed, len(found)) - 1].downloaded_at
            first = found[: bisect_right(found, last, key=lambda event: event.downloaded_at)]
            return sorted(self._random.sample(first, len(first)), key=lambda event: event.downloaded_at)
        return found


def make_event(number, at, **members):
    """An event whose members follow from its number."""
    facts = {
        "event_id": f"event-{number:07}",
        "asset_id": f"asset-{number % 97}",
        "asset_file_id": f"file-{number % 193}",
        "user_id": f"auth0|{number % 31}",
        "user_type": ("USER", "PORTAL_VISITOR", "SHARE_VISITOR", "API")[number % 4],
        "portal_id": f"portal-{number % 5}" if number % 3 == 0 else None,
        "download_type": ("ORIGINAL", "PRESET", "CUSTOM")[number % 7 % 3],
        "downloaded_at": at,
    }
    return DownloadEvent(**(facts | members))


@pytest.fixture(scope="session")
def service():
    return EventService


@pytest.fixture(scope="session")
def event():
    return make_event


@pytest.fixture(scope="session")
def midnight():
    return MIDNIGHT


@pytest.fixture(scope="session")
def spread():
    """So many events, evenly over a day from 2026-11-20 00:00 UTC, a few hundred milliseconds off the grid."""

    def make(count, length=timedelta(days=1)):
        step = length / count
        dates = (MIDNIGHT + step * n for n in range(count))
        return [make_event(n, at.replace(microsecond=at.microsecond // 1000 * 1000)) for n, at in enumerate(dates)]

    return make
