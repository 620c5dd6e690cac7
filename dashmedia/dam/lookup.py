"""Many look-ups by id at once, where an id that leads to nothing is an answer and no error."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from dashmedia.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

#: Requests under way at once; the rate budget decides how fast they are.
THREADS = 8

#: Statuses that mean "nothing there for you" when all that was sent is an id. Whether a hidden resource is 403 or 404 is
#: unknown, and so is whether an odd id is 400 or 404; 410 is for what was deleted.
NOTHING_THERE = frozenset({400, 403, 404, 410})


def fetch_each(fetch: Callable[[str], T], ids: Iterable[str], threads: int = THREADS) -> dict[str, T | None]:
    """What `fetch` gives for each different id; None where there is nothing. An empty id is not asked for.

    Raises:
        TransientError, AuthError, ContractError, RejectedError: the first one that is not about a missing id; look-ups
            that have not begun by then are dropped.
    """
    wanted = sorted(set(ids))

    def fetch_one(one: str) -> T | None:
        try:
            return fetch(one) if one else None
        except RejectedError as error:
            if error.status not in NOTHING_THERE:
                raise
            return None

    pool = ThreadPoolExecutor(max(1, min(threads, len(wanted))), thread_name_prefix="look-up")
    try:
        return dict(zip(wanted, pool.map(fetch_one, wanted), strict=True))
    finally:
        pool.shutdown(cancel_futures=True)
