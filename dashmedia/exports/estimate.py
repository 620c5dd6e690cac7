"""What an export would take, from one request."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from dashmedia.exports.fetch import count_window
from dashmedia.exports.plan import estimate_requests
from dashmedia.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from dashmedia.exports.days import Day
    from dashmedia.exports.pages import ExportRules
    from dashmedia.exports.search import EventSearch


class Estimate(BaseModel):
    """What exporting so many days would take, about: events, requests and seconds."""

    model_config = ConfigDict(frozen=True)
    rows: int = Field(ge=0)
    requests: int = Field(ge=0)
    seconds: float = Field(ge=0)


def estimate_export(
    search: EventSearch,
    days: Sequence[Day],
    rules: ExportRules,
    *,
    parallel: int,
    requests_per_minute: int,
    clock: Callable[[], float] = time.monotonic,
) -> Estimate:
    """An estimate for these days, in order, from one histogram over all of them; no days take nothing.

    Where buckets are longer than hours, as over many weeks, a bucket counts for the day in which it starts.
    """
    if not days:
        return Estimate(rows=0, requests=0, seconds=0)
    began = clock()
    rows = _rows_by_day(search, days)
    took_s = clock() - began
    requests = sum(estimate_requests(rows[day.date], rules.page_rows, rules.threads) for day in days)
    seconds = max(requests / requests_per_minute * 60, requests * took_s / min(parallel, len(days)))
    return Estimate(rows=sum(rows.values()), requests=requests, seconds=round(seconds, 1))


def _rows_by_day(search: EventSearch, days: Sequence[Day]) -> Counter[date]:
    counted = count_window(search, Window(days[0].window.start, days[-1].window.end))
    rows: Counter[date] = Counter()
    waiting = list(reversed(days))
    for bucket, count in sorted(counted.buckets.items()):
        while waiting and waiting[-1].window.end <= bucket.start:
            waiting.pop()
        if waiting and bucket.overlaps(waiting[-1].window):
            rows[waiting[-1].date] += count
    return rows
