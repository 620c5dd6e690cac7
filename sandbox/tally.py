"""What was asked of the sandbox: requests by endpoint and by second, answers by status, and how many at once."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Tally:
    """Counters since the start or the last `clear`. For use on the event loop only."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self.requests: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.by_second: dict[str, Counter[int]] = {}
        self.running = 0
        self.highest = 0

    def arrive(self, service: str) -> None:
        """Count a request of an API in the second in which its rate limit sees it."""
        self.by_second.setdefault(service, Counter())[int(self._wall())] += 1

    @contextmanager
    def request(self, endpoint: str) -> Iterator[None]:
        """Count a request for as long as it is being answered."""
        self.requests[endpoint] += 1
        self.running += 1
        self.highest = max(self.highest, self.running)
        try:
            yield
        finally:
            self.running -= 1

    def answer(self, endpoint: str, status: int) -> None:
        """Count an answer that was put on the wire."""
        self.answers[f"{endpoint} {status}"] += 1

    def clear(self) -> None:
        """Start from nothing; requests that are being answered stay counted as running."""
        self.requests.clear()
        self.answers.clear()
        self.by_second.clear()
        self.highest = self.running

    def as_json(self) -> dict[str, Any]:
        """`requests` by endpoint, `answers` by "endpoint status", `concurrency` now and at its highest."""
        return {
            "requests": dict(self.requests),
            "answers": dict(self.answers),
            "concurrency": {"now": self.running, "highest": self.highest},
        }
