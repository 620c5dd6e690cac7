"""A period of days beside the equally long one before it, and how people read the numbers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashmedia.exports.partitions import PartitionState, read_status
from dashmedia.exports.rollups import By, Rollups, compute_rollups
from dashmedia.exports.windows import day_windows, find_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashmedia.exports.labels import NameLookup
    from dashmedia.exports.windows import Window

ONE_DAY = timedelta(days=1)

#: Days that the chart by day shows at least, so that a report of one day shows its place in the weeks.
LEAST_CHARTED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that downloads are counted by.

    Attributes:
        label: what to call it.
        now: downloads in the period.
        before: downloads in the one before; None when that is not known.
        details: what else a table says of it.
    """

    label: str
    now: int
    before: int | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both periods.

    Attributes:
        now: the rollups of the period.
        before: those of the equally long one that ends where it starts; None unless all its days are trusted.
        earlier: days before the period with their downloads, oldest first; None for a day that is not trusted.
    """

    now: Rollups
    before: Rollups | None
    earlier: Mapping[date, int | None]

    @property
    def days(self) -> Mapping[date, int]:
        """Downloads by day of the period, oldest first."""
        return _days(self.now)

    @property
    def days_before(self) -> Mapping[date, int]:
        """The same of the period before; nothing when that is not known."""
        return _days(self.before) if self.before else {}

    def lines(self, by: By, label: Callable[[dict[str, str | None]], tuple[str, ...]]) -> list[Line]:
        """What was downloaded in either period, most of this one first.

        Args:
            by: which rollup.
            label: of a row: label and details.
        """
        now, before = _rows(self.now, by), _rows(self.before, by) if self.before else {}
        gone = {key: (row, 0) for key, (row, _) in before.items() if key not in now}
        found = []
        for key, (row, count) in (now | gone).items():
            name, *details = label(row)
            earlier = before.get(key, ({}, 0))[1] if self.before else None
            found.append(Line(name, count, earlier, tuple(details)))
        return sorted(found, key=lambda line: -line.now)


def compare(
    destination: str, windows: Mapping[date, Window], timezone: str, names: NameLookup | None = None
) -> Comparison:
    """Count the downloads of these days, and of as many before them where they are trusted.

    Raises:
        IncompleteExportError: one of these days has no complete partition.
        WindowError, DestinationError: as `find_partitions`.
        TransientError, RejectedError: from `names`.
    """
    now = compute_rollups(destination, windows, names)
    first, length = min(windows), (max(windows) - min(windows)).days + 1
    zone = find_zone(timezone)
    charted = max(length, LEAST_CHARTED_DAYS - length)
    around = day_windows(first - ONE_DAY * charted, first - ONE_DAY, zone)
    earlier = {day: _total(destination, day, window) for day, window in around.items()}
    compared = {day: window for day, window in around.items() if day >= first - ONE_DAY * length}
    is_known = bool(compared) and all(earlier[day] is not None for day in compared)
    return Comparison(now, compute_rollups(destination, compared, names) if is_known else None, earlier)


def spell_count(number: float) -> str:
    """`12,345`; a fraction only where it matters: `3.4`."""
    return f"{number:,.1f}" if number != int(number) and number < 100 else f"{round(number):,}"  # noqa: PLR2004 - above, nobody reads tenths


def spell_share(part: float, whole: float) -> str:
    """`12%`; `<1%` for a little."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "<1%" if 0 < share < 1 else f"{share:.0f}%"


def spell_change(now: float, before: float | None) -> str:
    """`+12%`, `−8%`, `same`, `new`; a dash when there is nothing to compare with."""
    if before is None or (not before and not now):
        return "–"
    if not before:
        return "new"
    percent = round(100 * (now - before) / before)
    if not percent:
        return "same" if now == before else "±0%"
    return f"{'+' if percent > 0 else '−'}{abs(percent):,}%"


def spell_day(day: date) -> str:
    """`Fri 20 Nov`."""
    return f"{day:%a} {day.day} {day:%b}"


def spell_days(first: date, last: date) -> str:
    """`12 to 18 November 2026`, with only as much of the first day as is needed."""
    if first == last:
        return f"{first:%A}, {first.day} {first:%B %Y}"
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%B}" if first.year == last.year else f" {first:%B %Y}"
    return f"{start} to {last.day} {last:%B %Y}"


def shorten(name: str, most: int) -> str:
    """On one line, at most so many characters, wide ones counting double: the end of a file name stays, its middle goes."""
    line = " ".join("".join(" " if unicodedata.category(one)[0] == "C" else one for one in name).split())
    most = most // 2 if any(unicodedata.east_asian_width(one) in "WF" for one in line) else most
    if len(line) <= most:
        return line
    tail = (most - 1) // 3
    return f"{line[: most - 1 - tail]}…{line[-tail:]}"


def _days(rollups: Rollups) -> dict[date, int]:
    table = rollups.tables[By.DAY]
    return dict(zip(table.column("day").to_pylist(), table.column("downloads").to_pylist(), strict=True))


def _rows(rollups: Rollups, by: By) -> dict[str | None, tuple[dict[str, str | None], int]]:
    table = rollups.tables[by]
    return {row[table.column_names[0]]: (row, row["downloads"]) for row in table.to_pylist()}


def _total(destination: str, day: date, window: Window) -> int | None:
    status = read_status(destination, day, window)
    is_complete = status.state is PartitionState.COMPLETE and status.certificate is not None
    return status.certificate.unique_ids if is_complete and status.certificate else None
