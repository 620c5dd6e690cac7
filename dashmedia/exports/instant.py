"""The events of a single millisecond, where time divides no further: by pages, then by the dimensions of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.errors import CapExceededError, IncompleteExportError
from dashmedia.exports.certificate import SubWindow
from dashmedia.exports.leaves import make_leaf
from dashmedia.exports.plan import group_values
from dashmedia.exports.readings import Ties
from dashmedia.exports.search import Constraint, Dimension, NoneOf, OneOf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashmedia.exports.leaves import Leaf
    from dashmedia.exports.pages import Pages
    from dashmedia.exports.search import Counted, DownloadEvent, EventPage
    from dashmedia.exports.windows import Window

Constraints = tuple[Constraint, ...]
Dimensions = tuple[Dimension, ...]

#: Rounds of pages over events that nothing tells apart and whose order changes from page to page. Each round misses
#: about a third, so 10,000 are found after 10 rounds as a rule; after these it is no bad luck any more.
MOST_ROUNDS = 24


def read_instant(pages: Pages, window: Window, page: EventPage) -> Leaf:
    """All events of one millisecond.

    Args:
        pages: what reads.
        window: the millisecond.
        page: the first of a range that starts with it; the total of that range is at least the millisecond's own.

    Raises:
        CapExceededError: more events than the cap agree in every dimension.
        IncompleteExportError: pages and totals stay apart.
    """
    reader = _InstantReader(pages, window, page.events[-1:])
    is_own = all(event.downloaded_at in window for event in page.events)
    node = reader.read((), tuple(Dimension), page.total, page.events if is_own else ())
    return make_leaf(pages.packer, window, reader.found.values(), node.parts)


class _InstantReader:
    """Collects the events of one instant in `found`, part by part; `sample` are events that surely exist."""

    def __init__(self, pages: Pages, window: Window, sample: Sequence[DownloadEvent]) -> None:
        self._pages, self._window, self._sample = pages, window, sample
        self.found: dict[str, DownloadEvent] = {}

    def read(
        self, constraints: Constraints, dimensions: Dimensions, expected: int, known: Sequence[DownloadEvent] = ()
    ) -> SubWindow:
        """Read what the constraints leave, with pages if they promise to do, else split by the next dimension.

        Args:
            constraints: that all hold.
            dimensions: by which it may be split.
            expected: events that it holds at most.
            known: its first page, if it was read already.
        """
        may_do = self._pages_may_do(expected)
        if may_do:
            events, total = self._page_through(constraints, known)
            if len(events) == total:
                return self._part(constraints, events)
            expected = total
        if dimensions:
            return self._split(constraints, dimensions, () if may_do else known)
        if expected > self._pages.rules.cap_rows:
            self._require_less_than_cap(constraints)
        return self._part(constraints, self._page_until_complete(constraints))

    def _pages_may_do(self, expected: int) -> bool:
        shuffled = self._pages.seen.variant.ties is Ties.SHUFFLED
        return expected <= (self._pages.rules.page_rows if shuffled else self._pages.rules.cap_rows)

    def _page_through(
        self, constraints: Constraints, known: Sequence[DownloadEvent] = (), *, to_the_end: bool = False
    ) -> tuple[dict[str, DownloadEvent], int]:
        """Pages up to the cap, or up to the first that repeats an event; the events found and the last total.

        Fewer events than that: some were missed, because rows change places between pages or there are too many.
        """
        rules, seen = self._pages.rules, self._pages.seen
        events = {event.event_id: event for event in known if rules.page_rows < rules.cap_rows}
        start, total = len(events), len(events) + 1
        while start < min(total, rules.cap_rows):
            page = self._pages.read(self._window, constraints, start)
            events |= {event.event_id: event for event in page.events}
            start, total = start + rules.page_rows, page.total
            if total > rules.cap_rows:
                return events, total
            if len(events) < min(start, total):
                seen.learn(ties=Ties.SHUFFLED)
                if not to_the_end:
                    return events, total
        if total > rules.page_rows and seen.variant.ties is Ties.UNKNOWN:
            seen.learn(ties=Ties.STABLE)
        return events, total

    def _page_until_complete(self, constraints: Constraints) -> dict[str, DownloadEvent]:
        events: dict[str, DownloadEvent] = {}
        total = 0
        for _ in range(MOST_ROUNDS):
            more, total = self._page_through(constraints, to_the_end=True)
            events |= more
            if len(events) == total:
                return events
        numbers = {"server_total": total, "unique_ids": len(events), "rounds": MOST_ROUNDS}
        reason = f"pages of events that nothing tells apart, {_words(constraints)}, kept missing some"
        raise IncompleteExportError(str(self._window), reason, numbers)

    def _require_less_than_cap(self, constraints: Constraints) -> None:
        """Once it is known how range ends are read: until then, neighbours count towards the cap."""
        rules = self._pages.rules
        self._pages.learn_range_ends(self._sample)
        total = self._pages.read(self._window, constraints).total
        if total > rules.cap_rows:
            raise CapExceededError(str(self._window), _words(constraints), total, rules.cap_rows)

    def _split(
        self, constraints: Constraints, dimensions: Dimensions, known: Sequence[DownloadEvent] = ()
    ) -> SubWindow:
        """Count by the first dimension and read part by part; `known`, the first page, says that pages were not tried."""
        dimension, *later = dimensions
        criterion = self._pages.seen.ask(self._window, constraints)
        counted = self._pages.search.terms(criterion, dimension)
        if known and self._pages_may_do(counted.total):
            return self.read(constraints, dimensions, counted.total, known)
        parts = list(self._shares(dimension, counted))
        if len(parts) <= 1:  # every event has the same value, or none has any
            return self.read(constraints, tuple(later), counted.total)
        nodes = tuple(
            self.read((*constraints, part), dimensions if again else tuple(later), expected)
            for part, expected, again in parts
        )
        return self._node(constraints, sum(node.rows for node in nodes), nodes)

    def _shares(self, dimension: Dimension, counted: Counted[str]) -> Iterator[tuple[Constraint, int, bool]]:
        """Constraints that share the events out, what each may hold, and whether the dimension may divide it again.

        What no bucket holds, because it has no value or because the service names only its most frequent ones, is one
        more share: the complement of all values.
        """
        shuffled = self._pages.seen.variant.ties is Ties.SHUFFLED
        most = self._pages.rules.page_rows if shuffled else self._pages.rules.cap_rows
        for values, held in group_values(counted.buckets, most):
            yield OneOf(dimension, values), held, len(values) > 1
        rest = counted.total - sum(counted.buckets.values())
        if rest > 0:
            yield NoneOf(dimension, tuple(sorted(counted.buckets))), rest, bool(counted.buckets)

    def _part(self, constraints: Constraints, events: dict[str, DownloadEvent]) -> SubWindow:
        inside = {key: event for key, event in events.items() if event.downloaded_at in self._window}
        self.found |= inside
        return self._node(constraints, len(inside), ())

    def _node(self, constraints: Constraints, rows: int, parts: tuple[SubWindow, ...]) -> SubWindow:
        window = self._window
        return SubWindow(start=window.start, end=window.end, where=_words(constraints), rows=rows, parts=parts)


def _words(constraints: Constraints) -> str:
    return " and ".join(str(constraint) for constraint in constraints)
