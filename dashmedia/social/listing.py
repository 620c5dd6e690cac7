"""Going through a listing that may change while it is read, and finding records by `source_id` in as few pages as can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dashmedia.errors import ContractError
from dashmedia.limits import SOCIAL_PAGE_ITEMS
from dashmedia.social import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from dashmedia.social.models import Media, Page

#: Whether the last day is inclusive, and in which zone a day is meant, is unknown: one day more on each side covers all.
PADDING = timedelta(days=1)

#: Records that tell how thickly ours are sown in a listing: three pages.
LEAST_READ = 3 * SOCIAL_PAGE_ITEMS

#: Pages in a row that may bring nothing new before the walk counts as standing still. Ours: so much is never added meanwhile.
MOST_STALE_PAGES = 20


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def padded(self) -> Window:
        """One day more on each side."""
        return Window(self.start - PADDING, self.end + PADDING)

    def holds(self, day: date) -> bool:
        """`day` is one of its days."""
        return self.start <= day <= self.end


def merge_days(days: Iterable[date]) -> list[Window]:
    """The fewest windows that cover all `days`, oldest first; days whose padding touches share one."""
    windows: list[Window] = []
    for day in sorted(set(days)):
        if windows and day - PADDING <= windows[-1].end + PADDING + timedelta(days=1):
            windows[-1] = Window(windows[-1].start, day)
        else:
            windows.append(Window(day, day))
    return windows


def read_all(read_page: Callable[[int], Page], pause: Callable[[], None]) -> Iterator[Media]:
    """Every record of a listing once, though it may change while it is read; in the order of the service if it does not.

    Records that are added meanwhile push others onto a second page: each is yielded once. When the total shrinks,
    records have moved up past our offset: we go back by as many.

    Args:
        read_page: the page that begins at an offset.
        pause: called before every page but the first.

    Raises:
        ContractError: page after page holds nothing new, as from a service that takes no notice of the offset.
    """
    seen: set[int] = set()
    offset, total, stale, furthest = 0, None, 0, -1
    while True:
        page = read_page(offset)
        known = len(seen)
        for media in page.records:
            if media.id not in seen:
                seen.add(media.id)
                yield media
        # Pages that are read again because records moved up bring nothing new by right.
        stale = 0 if len(seen) > known else stale + (offset > furthest)
        furthest = max(furthest, offset)
        if stale == MOST_STALE_PAGES:
            seen_so_far = f"{stale} pages in a row without a new record, at offset {offset:,} of {page.total}"
            raise ContractError(wire.LIST, "data", seen_so_far, "the records of the offset that was asked for")
        if total is not None and page.total is not None and page.total < total:
            offset = max(0, offset - (total - page.total))
        elif _ends(page, offset, has_new=len(seen) > known):
            return
        else:
            offset += len(page.records)
        total = page.total
        pause()


def read_while_worth(records: Iterable[Media], wanted: Collection[str], one_in: int | None) -> Iterator[Media]:
    """`records`, until fewer than one in `one_in` of those read has a wanted `source_id`.

    That is not judged before `LEAST_READ` of them, or `one_in` for each wanted one if that is less.
    """
    hits, least = 0, min(LEAST_READ, (one_in or 0) * len(wanted))
    for read, media in enumerate(records, start=1):
        yield media
        hits += media.source_id in wanted
        if one_in and read >= least and hits * one_in < read:
            return


def _ends(page: Page, offset: int, *, has_new: bool) -> bool:
    """By the total when it is told, else by the page's own word, else when a page brings nothing new."""
    if not page.records:
        return True
    if page.total is not None:
        return offset + len(page.records) >= page.total
    return page.is_last or not has_new
