"""All rows of a search, page by page, each once, proven to be as many as the service counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from dashmedia.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dashmedia.dam.models import Page

#: How often rows are read in all while they are fewer than counted.
PASSES = 2
#: A pass ends when so many times as many rows came as are counted: a service that repeats itself would never end.
MOST_READ = 4


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """Its id."""


R = TypeVar("R", bound=Identified)


def pages_of(ask: Callable[[int, int], Page[R]], page_rows: int, cap: int) -> Iterator[Page[R]]:
    """One page after the other, never beyond row `cap`; ends with the last one, or one without rows.

    Args:
        ask: gives rows `start` to `start + size`; it may give fewer.
        page_rows: rows asked for at once, 1 or more.
        cap: how far paging reaches, in rows.
    """
    start = 0
    while True:
        page = ask(start, min(page_rows, cap - start))
        yield page
        start += len(page.records)
        if not page.records or start >= min(page.total, cap):
            return


def each_once(read: Callable[[], Iterable[Page[R]]], endpoint: str) -> Iterator[R]:
    """Rows of the pages that `read` gives, each id once, as they come.

    A pass over the pages is good when it brings as many different rows as the service counted at any time meanwhile. One that
    brings fewer, because rows left and moved others to pages already read, is repeated; only what is new comes then.

    A row that left while as many came may still hide another one. Nothing in the API tells; whoever must not miss
    anything counts afterwards.

    Raises:
        TransientError: fewer rows than counted came every time.
    """
    seen: set[str] = set()
    for _ in range(PASSES):
        of_pass: set[str] = set()
        counted = rows = 0
        for page in read():
            counted = max(counted, page.total)
            rows += len(page.records)
            new_here = {row.id: row for row in page.records if row.id not in of_pass}
            yield from (row for row_id, row in new_here.items() if row_id not in seen)
            of_pass |= new_here.keys()
            seen |= new_here.keys()
            if rows > MOST_READ * counted:
                break
        if len(of_pass) >= counted:
            return
    raise TransientError(endpoint, f"{len(of_pass):,} different rows came of {counted:,} counted", tries=PASSES)


def read_whole(ask: Callable[[int, int], Page[R]], *, endpoint: str, page_rows: int, cap: int) -> list[R]:
    """All rows of a search that paging reaches.

    Raises:
        TransientError: fewer rows than counted came every time.
    """
    return list(each_once(lambda: pages_of(ask, page_rows, cap), endpoint))
