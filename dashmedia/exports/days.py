"""Which local days an export is about, and one day on its way from what was there to what is there now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from dashmedia.errors import WindowError
from dashmedia.exports.windows import day_window, day_windows, find_zone, require_settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.exports.certificate import Certificate
    from dashmedia.exports.lateness import LateEvents
    from dashmedia.exports.options import ExportOptions
    from dashmedia.exports.review import DayStatus
    from dashmedia.exports.windows import Window

ONE_DAY = timedelta(days=1)


class Day:
    """One local day of a run. Each member is written by one thread at a time.

    Attributes:
        date: the local day.
        window: of it.
        before: what was there when the run looked first.
        after: what is there now, as far as anybody looked again.
        is_chosen: whether the run exports it.
        is_done: whether the run is through with it.
        published: the certificate that this run wrote.
        failed: why this run could not export it, in a sentence; empty while nothing went wrong.
        complaint: what the run that had this day in hand said, in case it is not there.
        late: events that this run found although an earlier one had counted them out.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.
    """

    def __init__(self, day: date, window: Window) -> None:
        self.date, self.window = day, window
        self.before: DayStatus | None = None
        self.after: DayStatus | None = None
        self.is_chosen = False
        self.is_done = False
        self.published: Certificate | None = None
        self.failed = ""
        self.complaint = ""
        self.late: LateEvents | None = None

    def __str__(self) -> str:
        return self.date.isoformat()


def choose_days(options: ExportOptions, now: datetime, settle_s: float) -> list[Day]:
    """The days of a run, in order; by default yesterday in the zone.

    Args:
        options: days and zone.
        now: aware wall clock.
        settle_s: how long after its end a day may be exported, in seconds.

    Raises:
        WindowError: unknown zone, first day after last, a day that the zone skipped, or one that has not settled.
    """
    zone = find_zone(options.timezone)
    today = now.astimezone(zone).date()
    yesterday = today - ONE_DAY
    last = options.last_day or max(yesterday, options.first_day or yesterday)
    first = options.first_day or last - ONE_DAY * ((options.recent_days or 1) - 1)
    if last > today:
        raise WindowError(f"{last} lies in the future: today is {today} in {zone.key}. Choose days up to {yesterday}.")
    windows = day_windows(first, last, zone)
    if not windows:
        day_window(first, zone)  # says why there is none
    require_settled(windows[max(windows)], now, timedelta(seconds=settle_s))
    return [Day(day, window) for day, window in windows.items()]


class Shard:
    """Neighbouring days that a run of its own takes in hand; at least one."""

    def __init__(self, days: Sequence[Day]) -> None:
        self.days = tuple(days)

    def __str__(self) -> str:
        return f"{self.days[0]} to {self.days[-1]}"


def share_out(days: Sequence[Day], shards: int) -> list[Shard]:
    """At most so many shards of about as many days each, in order."""
    ends = [len(days) * n // shards for n in range(shards + 1)]
    return [Shard(days[start:end]) for start, end in pairwise(ends) if start < end]
