"""One window of download events, fetched whole and counted again at the end, or an error with the numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dashmedia.exports.certificate import Certificate
from dashmedia.exports.leaves import count_different_ids, make_tree, replace_leaves, spans_of
from dashmedia.exports.pages import ExportRules, Pages, keeps_order
from dashmedia.exports.plan import FILL, bucket_window, cut_evenly, cut_to_size, interval_for, walks_for
from dashmedia.exports.readings import ContractSeen
from dashmedia.exports.search import Tally
from dashmedia.exports.walk import split, step, walk
from dashmedia.exports.windows import Window, require_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    import pyarrow as pa

    from dashmedia.exports.leaves import Leaf
    from dashmedia.exports.search import EventSearch


class Export(NamedTuple):
    """A complete window: its events (`EVENT_SCHEMA`, compact, sorted) and the proof, not yet published."""

    table: pa.Table
    certificate: Certificate


class Count(NamedTuple):
    """What the service counts in the window: in all, and in each bucket of its histogram."""

    total: int
    buckets: dict[Window, int]

    @property
    def aggregation_sum(self) -> int:
        """Sum of the histogram."""
        return sum(self.buckets.values())


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def export_window(
    search: EventSearch,
    window: Window,
    rules: ExportRules | None = None,
    seen: ContractSeen | None = None,
    now: Callable[[], datetime] = utc_now,
    readers: Executor | None = None,
) -> Export:
    """Every event of the window, each once, and the proof of it.

    Args:
        search: the service.
        window: settled, see `require_settled`.
        rules: sizes and patience.
        seen: what earlier exports learnt of the service; it learns more.
        now: aware wall clock.
        readers: threads to share with other exports: memory follows the threads that ever read a page. None has its own.

    Raises:
        WindowError: the window has not settled.
        IncompleteExportError: what was fetched and what the service counts stay apart.
        CapExceededError: an instant cannot be divided enough.
        ContractError: an event without id or date.
    """
    rules = rules or ExportRules()
    started = now()
    require_settled(window, started, timedelta(seconds=rules.settle_s))
    tally = Tally(search)
    with nullcontext(readers) if readers else ThreadPoolExecutor(rules.threads, "export") as pool:
        fetch = _Fetch(Pages(tally, seen or ContractSeen(), rules), window, pool)
        refetches = fetch.run()
    certificate = Certificate(
        start=window.start,
        end=window.end,
        server_total=fetch.counted.total,
        aggregation_sum=fetch.counted.aggregation_sum,
        unique_ids=count_different_ids(fetch.leaves),
        tree=make_tree(window, fetch.leaves),
        requests=tally.counts,
        refetches=refetches,
        page_rows=rules.page_rows,
        cap_rows=rules.cap_rows,
        started_at=started,
        finished_at=now(),
        contract=fetch.pages.seen.variant,
    ).require_complete()
    return Export(fetch.pages.packer.join(leaf.batch for leaf in fetch.leaves), certificate)


def count_window(search: EventSearch, window: Window, seen: ContractSeen | None = None) -> Count:
    """What the service counts in the window, with one request.

    While it is unknown how the service reads range ends, events a millisecond outside may be among them.
    """
    criterion = (seen or ContractSeen()).ask(window)
    interval = interval_for(window)
    counted = search.histogram(criterion, interval)
    return Count(counted.total, {bucket_window(start, interval): count for start, count in counted.buckets.items()})


class _Fetch:
    """The state of one export: leaves that tile the window, and the last count."""

    def __init__(self, pages: Pages, window: Window, readers: Executor) -> None:
        self.pages, self.window, self.readers = pages, window, readers
        self.leaves: list[Leaf] = []
        self.counted = Count(0, {})

    def run(self) -> int:
        """Fetch, count, and fetch again what moved; how often that was done."""
        self.leaves = self._read_window()
        self._count()
        refetches = 0
        while not self._agrees() and refetches < self.pages.rules.refetches:
            spans = spans_of(self.leaves, self._moved())
            # The second time, order is no longer trusted: pages of few rows may have come by date by chance.
            self.leaves = replace_leaves(self.leaves, spans, self._read_all(spans, careful=refetches > 0))
            self._count()
            refetches += 1
        return refetches

    def _count(self) -> None:
        self.counted = count_window(self.pages.search, self.window, self.pages.seen)

    def _agrees(self) -> bool:
        rows = sum(leaf.node.rows for leaf in self.leaves)
        return rows == self.counted.total == self.counted.aggregation_sum == count_different_ids(self.leaves)

    def _read_window(self) -> list[Leaf]:
        """The leaves of the whole window. Its first page tells whether several shall walk, which takes a count to cut by."""
        pages, rules, window = self.pages, self.pages.rules, self.window
        page = pages.read(window) if keeps_order(pages.seen) else None
        if page and page.total <= len(page.events):
            return walk(pages, window, page)
        if page is None or not keeps_order(pages.seen):
            self._count()
            return self._read_all(cut_to_size(window, self.counted.buckets, max(1, int(FILL * rules.page_rows))))
        walks = walks_for(page.total, rules.page_rows, rules.threads)
        if walks == 1:
            return walk(pages, window, page)
        leaves, start = step(pages, window, page)
        self._count()
        return leaves + self._read_all(cut_evenly(Window(start, window.end), self.counted.buckets, walks))

    def _moved(self) -> list[Window]:
        """Buckets in which the service counts other than we hold."""
        dates = np.concatenate([leaf.batch.column("downloaded_at").cast("int64").to_numpy() for leaf in self.leaves])
        held = {bucket: np.searchsorted(dates, _microseconds(bucket)) for bucket in self.counted.buckets}
        return [bucket for bucket, count in self.counted.buckets.items() if held[bucket][1] - held[bucket][0] != count]

    def _read_all(self, pieces: Sequence[Window], *, careful: bool = False) -> list[Leaf]:
        """The leaves of the pieces, several read at once; the first error ends it."""
        read = split if careful else walk
        reading = [self.readers.submit(read, self.pages, piece) for piece in pieces]
        try:
            return [leaf for one in reading for leaf in one.result()]
        finally:
            for one in reading:
                one.cancel()


def _microseconds(window: Window) -> tuple[int, int]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    return (window.start - epoch) // tick, (window.end - epoch) // tick
