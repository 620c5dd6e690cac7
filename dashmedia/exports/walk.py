"""Reading a window whole: by walking along its dates where order is kept, by cutting it up where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.exports.instant import read_instant
from dashmedia.exports.leaves import make_leaf
from dashmedia.exports.pages import keeps_order
from dashmedia.exports.plan import cut_by_sample
from dashmedia.exports.windows import TICK, Window, instant_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dashmedia.exports.leaves import Leaf
    from dashmedia.exports.pages import Pages
    from dashmedia.exports.search import EventPage


def walk(pages: Pages, window: Window, page: EventPage | None = None) -> list[Leaf]:
    """Leaves that tile the window, read one first page after the other.

    Each page is the first of what is left, so paging never comes near the cap. All but the events of its last instant
    are complete, whatever becomes of ties; the next range starts at that instant and reads them again. So a walk takes
    hardly more requests than there are pages of rows.

    Args:
        pages: what reads.
        window: to read.
        page: its first page, if it was read already.

    Raises:
        CapExceededError, ContractError, IncompleteExportError: see `read_instant` and `Pages.read`.
    """
    leaves: list[Leaf] = []
    start = window.start
    read: Callable[[Window], EventPage] = pages.read
    while start < window.end:
        rest = Window(start, window.end)
        if not keeps_order(pages.seen):
            return leaves + split(pages, rest)
        page = page or read(rest)
        found, start = step(pages, rest, page)
        read = pages.read_on if page.events and page.events[-1].downloaded_at == start else pages.read
        leaves, page = leaves + found, None
    return leaves


def split(pages: Pages, window: Window, page: EventPage | None = None) -> list[Leaf]:
    """Leaves that tile the window, each from one page that holds all of it: right for rows in any order.

    Args:
        pages: what reads.
        window: to read.
        page: its first page, if it was read already.

    Raises:
        CapExceededError, ContractError, IncompleteExportError: see `read_instant` and `Pages.read`.
    """
    leaves: list[Leaf] = []
    waiting: list[tuple[Window, EventPage | None]] = [(window, page)]
    while waiting:
        piece, known = waiting.pop()
        page = known or pages.read(piece)
        if page.total <= len(page.events):
            leaves.append(make_leaf(pages.packer, piece, page.events))
        elif piece.is_instant:
            leaves.append(read_instant(pages, piece, page))
        else:
            pages.learn_range_ends(page.events)
            dates = [event.downloaded_at for event in page.events]
            pieces = cut_by_sample(piece, dates, page.total, pages.rules.page_rows)
            waiting += [(part, None) for part in reversed(pieces)]
    return leaves


def step(pages: Pages, rest: Window, page: EventPage) -> tuple[list[Leaf], datetime]:
    """The leaves that its first page gives of what is left to walk, and the instant from which to go on."""
    if not keeps_order(pages.seen):
        return split(pages, rest, page), rest.end
    last = instant_of(page.events[-1].downloaded_at) if page.events else rest.end
    if page.total <= len(page.events) or last >= rest.end:
        return [make_leaf(pages.packer, rest, page.events)], rest.end
    if last > rest.start:
        return [make_leaf(pages.packer, Window(rest.start, last), page.events)], last
    if page.events[0].downloaded_at < rest.start == pages.seen.ask(rest).since:
        return [], rest.start  # the page was full of the instant before, which is known by now and not asked for again
    instant = Window(rest.start, rest.start + TICK)
    return [read_instant(pages, instant, page)], instant.end
