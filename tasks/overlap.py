"""Several batches under way at once, each going through its steps in order."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


def for_each_overlapping(items: Iterable[T], steps: Callable[[T], None], width: int) -> None:
    """Run `steps` for each item, at most `width` items at a time, reading `items` no faster than that.

    Each runs in a thread of its own with a copy of the caller's context, so that the tasks it calls belong to the flow
    run. Prefect's own `submit` would keep a future and a state for every step until the flow ends. Whichever ends first
    makes room for the next: a batch with a film in it, which takes the library an hour, holds nobody up.

    Raises:
        whatever `steps` raises first; what is under way then ends before it comes out.
    """
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(width, "batch") as pool:
        try:
            for item in items:
                under_way.add(pool.submit(copy_context().run, steps, item))
                if len(under_way) >= width:
                    under_way = _after_the_next_end(under_way)
            while under_way:
                under_way = _after_the_next_end(under_way)
        finally:
            for future in under_way:
                future.cancel()


def _after_the_next_end(under_way: set[Future[None]]) -> set[Future[None]]:
    """Those that go on once one or more have ended; raises what these raised."""
    ended, others = wait(under_way, return_when=FIRST_COMPLETED)
    for future in ended:
        future.result()
    return others
