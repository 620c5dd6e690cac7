"""Where to cut: pure arithmetic over counts, never a request. A bad cut costs requests, never events."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

from dashmedia.exports.search import Interval
from dashmedia.exports.windows import TICK, Window, instant_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Share of a page that a piece is planned to fill where order cannot be relied on: room for what the plan misjudged.
FILL = 0.85

#: Most pieces that a window is cut into by its length alone; an uneven one is cut again.
MOST_EVEN_PIECES = 16

#: Extra pages that parallel walks may cost, as a share of the pages; each walk ends on a page that is partly empty.
WALK_OVERHEAD = 0.08

#: Values in one constraint; longer request bodies are asking for trouble.
MOST_VALUES = 200

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def interval_for(window: Window) -> Interval:
    """The finest histogram that has at most about a thousand buckets."""
    length = window.end - window.start
    if length <= 45 * DAY:
        return Interval.HOUR
    return Interval.DAY if length <= 1000 * DAY else Interval.MONTH


def bucket_window(start: datetime, interval: Interval) -> Window:
    """The time that a histogram's bucket stands for."""
    if interval is Interval.MONTH:
        return Window(start, (start.replace(day=1) + 32 * DAY).replace(day=1))
    return Window(start, start + (HOUR if interval is Interval.HOUR else DAY))


def count_pages(rows: int, page_rows: int) -> int:
    """The fewest pages that hold so many rows."""
    return -(-rows // page_rows)


def walks_for(total: int, page_rows: int, threads: int) -> int:
    """How many walks may share a window out, 1 or more, so that their last pages cost little."""
    return max(1, min(threads, int(count_pages(total, page_rows) * WALK_OVERHEAD)))


def estimate_requests(total: int, page_rows: int, threads: int) -> int:
    """Requests that an export of so many events takes, as a rule: pages, the count at the end, and one to cut by."""
    walks = walks_for(total, page_rows, threads)
    return max(1, count_pages(total, page_rows)) + 1 + (walks if walks > 1 else 0)


def cut_evenly(window: Window, counts: Mapping[Window, int], pieces: int) -> list[Window]:
    """Cut into at most `pieces` of about equal counts, taking events to be spread evenly inside each bucket."""
    known = sorted((bucket, count) for bucket, count in counts.items() if count > 0 and bucket.overlaps(window))
    sums = list(accumulate((count for _, count in known), initial=0))
    wanted = [sums[-1] * n / pieces for n in range(1, pieces)]
    cuts = []
    for target in wanted if known else ():
        position = next(n for n, reached in enumerate(sums[1:]) if reached >= target)
        bucket, count = known[position]
        cuts.append(bucket.start + (bucket.end - bucket.start) * ((target - sums[position]) / count))
    return cut_at(window, cuts)


def cut_to_size(window: Window, counts: Mapping[Window, int], most: int) -> list[Window]:
    """Cut so that each piece is thought to hold at most `most` events: buckets joined, larger ones cut evenly."""
    cuts: list[datetime] = []
    filled = 0
    for bucket, count in sorted(counts.items()):
        if filled + count > most:
            cuts.append(bucket.start)
            filled = 0
        filled += count
        pieces = ceil(count / most)
        cuts += [bucket.start + (bucket.end - bucket.start) * n / pieces for n in range(1, pieces)]
    return cut_at(window, cuts)


def cut_by_sample(window: Window, dates: Sequence[datetime], total: int, page_rows: int) -> list[Window]:
    """Cut a window of `total` events so that each piece may fit on a page; always at least two pieces.

    Args:
        window: longer than an instant.
        dates: those of some of its events, in the order in which they came. Falling somewhere, they are taken for a
            sample of the whole; else for its beginning, and the cuts go by length.
        total: events in the window, more than a page.
        page_rows: rows of a page.
    """
    pieces = max(2, ceil(total / (FILL * page_rows)))
    cuts: list[datetime] = []
    if any(earlier > later for earlier, later in pairwise(dates)):
        ordered = [instant_of(date) for date in sorted(dates)]
        cuts = [ordered[len(ordered) * n // pieces] for n in range(1, pieces)]
        cuts += [left + TICK for left, right in pairwise(cuts) if left == right]  # a crowded instant stands alone
    found = cut_at(window, cuts)
    return found if len(found) > 1 else _cut_by_length(window, min(pieces, MOST_EVEN_PIECES))


def cut_at(window: Window, cuts: Iterable[datetime]) -> list[Window]:
    """The pieces between cuts; cuts are taken down to a millisecond, those outside the window left out."""
    inside = {instant_of(cut) for cut in cuts}
    ends = [window.start, *sorted(cut for cut in inside if window.start < cut < window.end), window.end]
    return [Window(*both) for both in pairwise(ends)]


def group_values(counts: Mapping[str, int], most: int) -> list[tuple[tuple[str, ...], int]]:
    """Values packed into groups of at most `most` events, with their sums; a larger value stands alone."""
    groups: list[tuple[tuple[str, ...], int]] = []
    for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count <= 0:
            continue
        fitting = (n for n, (values, held) in enumerate(groups) if held + count <= most and len(values) < MOST_VALUES)
        if (at := next(fitting, None)) is None:
            groups.append(((value,), count))
        else:
            groups[at] = ((*groups[at][0], value), groups[at][1] + count)
    return groups


def _cut_by_length(window: Window, pieces: int) -> list[Window]:
    ticks = (window.end - window.start) // TICK
    return cut_at(window, (window.start + TICK * (ticks * n // pieces) for n in range(1, pieces)))
