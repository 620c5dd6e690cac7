"""One budget of requests shared by every thread, and a tally of what was sent."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Protocol

from dashmedia.waits import as_number, seconds_until_reset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Length of the window, in seconds: a minute, and half a second for requests that travel at different speeds.
WINDOW_S = 60.5


class SharedRate(Protocol):
    """A budget beyond this process, from which it holds some requests in memory."""

    def take(self) -> bool:
        """Spend one of those in memory; False when there is none. Asks nobody, so it never waits."""

    def refill(self) -> float:
        """Bring more into memory, if it is time to; how many seconds to wait before the next `take`, 0 for at once."""


class RateBudget:
    """At most `per_minute` takes in any `WINDOW_S` seconds, over all threads that share it.

    Args:
        per_minute: requests a minute, 1 or more. The service may lower it (`observe`); nothing raises it.
        shared: what all processes together may take; None when this one is alone.
        clock: seconds that only go forward.
        wall: seconds since 1970, for servers that name an instant.
        sleep: how to wait, in seconds.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        shared: SharedRate | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_minute = max(1, per_minute)
        self._shared = shared
        self._clock, self._wall, self._sleep = clock, wall, sleep
        self._taken: deque[float] = deque()
        self._paused_until = -math.inf
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait until one more request may be sent, and count it.

        Raises:
            SharedRateError: what all processes share could not be asked for so long that waiting makes no sense.
        """
        while not self._try_to_take():
            if (wait_s := self._wait_s()) > 0:
                self._sleep(wait_s)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Learn from `x-ratelimit-*`: a smaller limit holds from now on, and none remaining pauses until the reset.

        Headers that are missing or make no sense change nothing.
        """
        limit = as_number(headers.get("x-ratelimit-limit"))
        # Nearly every answer says what is known already: threads need not queue for that.
        if limit is not None and 1 <= limit < self._per_minute:
            with self._lock:
                self._per_minute = min(self._per_minute, int(limit))
        if as_number(headers.get("x-ratelimit-remaining")) == 0:
            self.pause(seconds_until_reset(headers, self._wall()) or 0)

    def pause(self, seconds: float) -> None:
        """Let no thread take anything for so many seconds; a longer pause that is under way stays."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def paused_for(self) -> float:
        """Seconds until the pause ends; 0 when there is none."""
        return max(0.0, self._paused_until - self._clock())

    def _try_to_take(self) -> bool:
        with self._lock:
            if self._own_wait_s() > 0 or not (self._shared is None or self._shared.take()):
                return False
            self._taken.append(self._clock())
            return True

    def _wait_s(self) -> float:
        """Seconds to wait before asking again; what is shared is refilled without the lock, since others need it meanwhile."""
        with self._lock:
            wait_s = self._own_wait_s()
        return self._shared.refill() if wait_s <= 0 and self._shared else wait_s

    def _own_wait_s(self) -> float:
        """Seconds until this process may take one as far as its own limit goes."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - WINDOW_S:
            self._taken.popleft()
        if self._paused_until > now:
            return self._paused_until - now
        if len(self._taken) < self._per_minute:
            return 0
        # After the limit was lowered more may be in the window than it now holds: wait for the one that counts.
        return self._taken[-self._per_minute] + WINDOW_S - now


class RequestTally:
    """How many requests were sent to which endpoint, repeats included."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, endpoint: str) -> None:
        """Count one request."""
        with self._lock:
            self._counts[endpoint] += 1

    def counts(self) -> dict[str, int]:
        """A copy of the counts so far, by endpoint."""
        with self._lock:
            return dict(self._counts)
