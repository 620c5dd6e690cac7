"""Several batches under way at once, each going through its steps in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


def for_each_overlapping(items: Iterable[T], steps: Callable[[T], None], width: int) -> None:
    """Run `steps` for each item, at most `width` items at a time, reading `items` no faster than that.

    Each runs in a thread of its own with a copy of the caller's context, so that the tasks it calls belong to the flow
    run. Prefect's own `submit` would keep a future and a state for every step until the flow ends.

    Raises:
        whatever `steps` raises first, in the order of `items`; what is under way then ends before it comes out.
    """
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(width, "batch") as pool:
        try:
            for item in items:
                under_way.append(pool.submit(copy_context().run, steps, item))
                if len(under_way) >= width:
                    under_way.popleft().result()
            while under_way:
                under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
