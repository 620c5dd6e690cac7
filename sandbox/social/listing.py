"""Pages of a list, and the ways a list changes while somebody reads it page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.social.store import Record

    Rows = Callable[[int, int], list[Record]]

Bend = Literal["steady", "repeating", "shifting", "growing", "shrinking"]


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        count: over all pages, as announced.
        next_offset: None on the last page.
        previous_offset: None on the first one.
    """

    records: list[Record]
    count: int
    limit: int
    next_offset: int | None
    previous_offset: int | None


def page(bend: Bend, rows: Rows, total: int, *, limit: int, offset: int) -> Page:
    """The page at `offset`.

    Args:
        bend: `repeating` puts the last item of the page before in front; `shifting` is a list that got one new item
            at its top since the first page; `growing` and `shrinking` announce one more or less with every page.
        rows: gives records by limit and offset.
        total: records there are.
        limit: most records of a page; a repeated one comes on top of it.
        offset: records to skip.
    """
    number = offset // limit
    count, skipped = total, offset
    if bend == "shifting" and offset:
        count, skipped = total + 1, offset - 1
    elif bend == "growing":
        count = total + number
    elif bend == "shrinking":
        count = max(0, total - number)
    records = rows(limit, skipped)
    if bend == "repeating" and offset and records:
        records = [*rows(1, offset - 1), *records]
    has_more = skipped + limit < total
    return Page(records, count, limit, offset + limit if has_more else None, max(0, offset - limit) if offset else None)
