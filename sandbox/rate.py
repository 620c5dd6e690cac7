"""The rate limit of the services: so many requests in a fixed window, announced in every answer."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Headers = list[tuple[bytes, bytes]]


class RateWindow:
    """A fixed window that opens with the first request after the last one closed.

    Args:
        limit: requests a window lets through.
        window_s: its length in seconds.
        wall: Unix time in seconds.
    """

    def __init__(self, limit: int, window_s: float = 60, *, wall: Callable[[], float] = time.time) -> None:
        self.limit = limit
        self.window_s = window_s
        self._wall = wall
        self._used = 0
        self._closes_at = 0.0

    def take(self) -> bool:
        """Count one request; False when it is over the limit."""
        now = self._wall()
        if now >= self._closes_at:
            self._used, self._closes_at = 0, now + self.window_s
        self._used += 1
        return self._used <= self.limit

    @property
    def reset_s(self) -> int:
        """Whole seconds until the window closes, 1 or more."""
        return max(1, math.ceil(self._closes_at - self._wall()))

    def headers(self) -> Headers:
        """The three headers; the reset is in Unix seconds."""
        return [
            (b"x-ratelimit-limit", b"%d" % self.limit),
            (b"x-ratelimit-remaining", b"%d" % max(0, self.limit - self._used)),
            (b"x-ratelimit-reset", b"%d" % math.ceil(self._closes_at)),
        ]

    def reset(self) -> None:
        """Forget what was used."""
        self._used, self._closes_at = 0, 0.0
