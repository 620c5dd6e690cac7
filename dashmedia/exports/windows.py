"""Windows of time: `[start, end)` in UTC, and the local days of a named zone, also those of 23 and 25 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashmedia.errors import WindowError
from dashmedia.limits import EVENT_SETTLE_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The finest step of time the service's dates have.
TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The instants from `start` up to, not including, `end`; both UTC and whole milliseconds.

    Raises:
        WindowError: an end is naive or no whole millisecond, or `start` is not before `end`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if any(at.tzinfo is None or at.microsecond % 1000 for at in (self.start, self.end)):
            raise WindowError(f"{self} needs a time zone and whole milliseconds at both ends; give the ends in UTC.")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise WindowError(f"{self} holds no time: its start is not before its end. Exchange them.")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def __str__(self) -> str:
        return f"{spell(self.start)}/{spell(self.end)}"

    @property
    def is_instant(self) -> bool:
        """Time alone divides it no further."""
        return self.end - self.start == TICK

    def overlaps(self, other: Window) -> bool:
        """Whether some instant lies in both."""
        return self.start < other.end and other.start < self.end

    def meets(self, other: Window) -> bool:
        """Whether they overlap, or one starts where the other ends."""
        return self.start <= other.end and other.start <= self.end


def spell(at: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`, as the service writes dates."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_of(at: datetime) -> datetime:
    """The start of the millisecond in which `at` lies."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def find_zone(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        WindowError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder such as `Europe`
        raise WindowError(f"There is no time zone {name!r}; write one such as Europe/Berlin or UTC.") from error


def day_window(day: date, zone: ZoneInfo) -> Window:
    """The whole of a local day: 24 hours, or 23 or 25 where the clocks change.

    A day without a midnight starts when the clocks jump; one with two midnights starts at the first.

    Raises:
        WindowError: the zone skipped that day, as when it crossed the date line.
    """
    try:
        return Window(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    except WindowError as error:
        raise WindowError(f"{day} does not exist in {zone.key}: its clocks jumped over it. Choose another.") from error


def day_windows(first_day: date, last_day: date, zone: ZoneInfo) -> dict[date, Window]:
    """Each local day of a range, both ends included, with its window; days that the zone skipped are left out.

    Raises:
        WindowError: `first_day` is after `last_day`.
    """
    if first_day > last_day:
        raise WindowError(f"The first day, {first_day}, is after the last, {last_day}. Exchange them.")
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    starts = [_midnight(day, zone) for day in (*days, last_day + timedelta(days=1))]
    return {day: Window(*ends) for day, ends in zip(days, pairwise(starts), strict=True) if ends[0] < ends[1]}


def require_settled(window: Window, now: datetime, settle: timedelta = timedelta(seconds=EVENT_SETTLE_S)) -> None:
    """Refuse a window in which events may still be arriving.

    Raises:
        WindowError: it ends in the future, or less than `settle` ago.
    """
    if window.end + settle > now:
        raise WindowError(
            f"{window} has not settled: events may arrive until {spell(window.end + settle)}, and it is "
            f"{spell(now.astimezone(UTC))}. Export it after that."
        )


def tiling_problems(whole: Window, parts: Iterable[Window]) -> list[str]:
    """What keeps `parts`, in order, from covering `whole` once: gaps, overlaps, ends that differ; none is good."""
    ordered: Sequence[Window] = list(parts)
    if not ordered:
        return [f"nothing covers {whole}"]
    found = [f"{left} and {right} do not meet" for left, right in pairwise(ordered) if left.end != right.start]
    if ordered[0].start != whole.start:
        found.append(f"{ordered[0]} does not start with {whole}")
    if ordered[-1].end != whole.end:
        found.append(f"{ordered[-1]} does not end with {whole}")
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # fold=0: of two midnights the first; a midnight that the clocks skip becomes the moment of the jump.
    return datetime.combine(day, time(), zone).astimezone(UTC)
