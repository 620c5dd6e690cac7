"""What an export needs from the service: a search over download events, as a protocol, and its values.

Spellings of fields, criteria and answers are the client's; here stand only the field's own words.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

K = TypeVar("K")


class DownloadEvent(NamedTuple):
    """One download. `downloaded_at` is aware; whatever the service leaves out is None, except id and date."""

    event_id: str
    asset_id: str | None
    asset_file_id: str | None
    user_id: str | None
    user_type: str | None
    portal_id: str | None
    download_type: str | None
    downloaded_at: datetime


class Dimension(StrEnum):
    """What tells apart events of one instant, in the order in which they are tried; values are columns of the frame."""

    USER_TYPE = "user_type"
    DOWNLOAD_TYPE = "download_type"
    PORTAL = "portal_id"
    ASSET = "asset_id"


class Interval(StrEnum):
    """Widths of a histogram's buckets, which start at whole hours, days and months of UTC."""

    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class OneOf:
    """The dimension equals one of the values."""

    dimension: Dimension
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.dimension} is {_listed(self.values)}"


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The exact complement of `OneOf`: another value, or none at all."""

    dimension: Dimension
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.dimension} is not {_listed(self.values)}"


Constraint = OneOf | NoneOf


@dataclass(frozen=True, slots=True)
class Criterion:
    """A range of dates as it is sent, and constraints that all hold.

    Whether an event dated exactly `since` or `until` belongs to it is the service's own reading of a range.
    """

    since: datetime
    until: datetime
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class EventPage:
    """Rows of one page as they came, and how many events the service counts for the whole criterion."""

    total: int
    events: Sequence[DownloadEvent]


@dataclass(frozen=True, slots=True)
class Counted(Generic[K]):
    """Buckets of an aggregation and the total of the same answer. Buckets of none may be left out."""

    total: int
    buckets: Mapping[K, int]


class EventSearch(Protocol):
    """One request for each call, repeats of the transport aside. Used from several threads at once."""

    def page(self, criterion: Criterion, start: int, size: int) -> EventPage:
        """Rows `start` to `start + size`, sorted by date, oldest first, where the service honours that."""

    def histogram(self, criterion: Criterion, interval: Interval) -> Counted[datetime]:
        """Events per bucket; the keys are the buckets' first instants, UTC."""

    def terms(self, criterion: Criterion, dimension: Dimension) -> Counted[str]:
        """Events per value; events without a value are in no bucket."""


class Tally:
    """An `EventSearch` that counts the requests that go through it, by kind."""

    def __init__(self, search: EventSearch) -> None:
        self._search = search
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """Requests so far: `page`, `histogram`, `terms`."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def page(self, criterion: Criterion, start: int, size: int) -> EventPage:
        """See `EventSearch`."""
        self._count("page")
        return self._search.page(criterion, start, size)

    def histogram(self, criterion: Criterion, interval: Interval) -> Counted[datetime]:
        """See `EventSearch`."""
        self._count("histogram")
        return self._search.histogram(criterion, interval)

    def terms(self, criterion: Criterion, dimension: Dimension) -> Counted[str]:
        """See `EventSearch`."""
        self._count("terms")
        return self._search.terms(criterion, dimension)

    def _count(self, kind: str) -> None:
        with self._lock:
            self._counts[kind] += 1


def _listed(values: tuple[str, ...], most: int = 3) -> str:
    more = f" or {len(values) - most} more" if len(values) > most else ""
    return " or ".join(values[:most]) + more
