"""Reading a window whole: by walking along its dates where order is kept, by cutting it up where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.exports.instant import read_instant
from dashmedia.exports.leaves import make_leaf
from dashmedia.exports.pages import keeps_order
from dashmedia.exports.plan import cut_by_sample
from dashmedia.exports.windows import TICK, Window, instant_of

if TYPE_CHECKING:
    from datetime import datetime

    from dashmedia.exports.leaves import Leaf
    from dashmedia.exports.pages import Pages
    from dashmedia.exports.search import EventPage


def walk(pages: Pages, window: Window) -> list[Leaf]:
    """Leaves that tile the window, read one first page after the other.

    Each page is the first of what is left, so paging never comes near the cap. All but the events of its last instant
    are complete, whatever becomes of ties; the next range starts at that instant and reads them again. So a walk takes
    hardly more requests than there are pages of rows.

    Raises:
        CapExceededError, ContractError, IncompleteExportError: see `read_instant` and `Pages.read`.
    """
    leaves: list[Leaf] = []
    start = window.start
    while start < window.end:
        rest = Window(start, window.end)
        if not keeps_order(pages.seen):
            return leaves + split(pages, rest)
        step, start = _step(pages, rest)
        leaves += step
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
            leaves.append(_read_instant(pages, piece, page, page.total))
        else:
            pages.learn_range_ends(page.events)
            dates = [event.downloaded_at for event in page.events]
            pieces = cut_by_sample(piece, dates, page.total, pages.rules.page_rows)
            waiting += [(part, None) for part in reversed(pieces)]
    return leaves


def _step(pages: Pages, rest: Window) -> tuple[list[Leaf], datetime]:
    """The leaves of one page, and the instant from which to go on."""
    asked = pages.seen.ask(rest)
    page = pages.read(rest)
    if not keeps_order(pages.seen):
        return split(pages, rest, page), rest.end
    last = instant_of(page.events[-1].downloaded_at) if page.events else rest.end
    if page.total <= len(page.events) or last >= rest.end:
        return [make_leaf(pages.packer, rest, page.events)], rest.end
    if last > rest.start:
        return [make_leaf(pages.packer, Window(rest.start, last), page.events)], last
    if pages.seen.ask(rest) != asked:  # the page was full of the instant before: now that is known, ask again
        return [], rest.start
    instant = Window(rest.start, rest.start + TICK)
    # The total is that of all the rest; that the instant alone exceeds the cap remains to be seen.
    return [_read_instant(pages, instant, page, min(page.total, pages.rules.cap_rows))], instant.end


def _read_instant(pages: Pages, instant: Window, page: EventPage, total: int) -> Leaf:
    pages.learn_range_ends(page.events[-1:])  # makes the range exact, so that neighbours do not count towards the cap
    return read_instant(pages, instant, total)
