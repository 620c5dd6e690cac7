"""Aggregations: how many of the selected events have each value, or fall into each stretch of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sandbox.dam.bodies import DateHistogram, Terms
from sandbox.dam.events.columns import iso_texts
from sandbox.dam.events.ordering import picked
from sandbox.dam.events.selecting import DATE, FIELDS
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from sandbox.dam.events.columns import Events
    from sandbox.dam.events.selecting import Places
    from sandbox.dam.variant import Variant

    Buckets = list[tuple[str, int]]

UNITS = {"MONTH": "M", "DAY": "D", "HOUR": "h"}


def count(asked: Terms | DateHistogram, events: Events, places: Places, variant: Variant) -> Any:
    """The buckets of one aggregation, as the variant writes them.

    Raises:
        RefusedError: 400, events cannot be counted by this field in this way.
    """
    if isinstance(asked, Terms) and asked.field in FIELDS:
        buckets = _by_value(FIELDS[str(asked.field)], events, places)
    elif isinstance(asked, DateHistogram) and asked.field == DATE:
        buckets = _by_time(asked.interval, events, places, has_empty=variant.empty_buckets == "zero")
    else:
        raise RefusedError(400, f"Failed to read request: {asked.type} of {asked.field!r} is not for events.")
    return _written(_short(buckets, variant.lost_in_buckets), variant)


def _by_value(column: str, events: Events, places: Places) -> Buckets:
    """The most frequent first; events without a value are in no bucket."""
    codes = events.column(column)[picked(places)]
    counts = np.bincount(codes + 1, minlength=1)[1:]
    values = events.words[column].values
    return sorted(((values[code], int(counts[code])) for code in np.flatnonzero(counts)), key=_rank)


def _rank(bucket: tuple[str, int]) -> tuple[int, str]:
    return -bucket[1], bucket[0]


def _by_time(interval: str, events: Events, places: Places, *, has_empty: bool) -> Buckets:
    """By the first instant of each stretch, in UTC, the earliest first."""
    times = events.times[picked(places)]
    if not len(times):
        return []
    unit = UNITS[interval]
    first, last = times[[0, -1]].astype("M8[ms]").astype(f"M8[{unit}]")
    edges = np.arange(first, last + 2, dtype=f"M8[{unit}]").astype("M8[ms]").astype(np.int64)
    counts = np.diff(np.searchsorted(times, edges))
    named = zip(iso_texts(edges[:-1]), counts.tolist(), strict=True)
    return [(f"{text}Z", number) for text, number in named if number or has_empty]


def _short(buckets: Buckets, lost: int) -> Buckets:
    """With some events missing in the largest bucket."""
    largest = max((number for _, number in buckets), default=0)
    return [(value, max(0, number - lost) if number == largest else number) for value, number in buckets]


def _written(buckets: Buckets, variant: Variant) -> Any:
    match variant.bucket_shape:
        case "list":
            return [{"key": value, "docCount": number} for value, number in buckets]
        case "map":
            return dict(buckets)
    return {"buckets": [{"value": value, "count": number} for value, number in buckets]}
