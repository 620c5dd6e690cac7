"""How often and how long one call is repeated. Decided here, carried out by tenacity."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from dashmedia.errors import OutcomeUnknownError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Repeat(Enum):
    """What a second sending of the same request would do."""

    SAFE = "the same as the first"
    CREATES = "make a second record, so after an ambiguous end it is not sent again"


@dataclass(frozen=True)
class RetryPolicy:
    """Limits of the short repeats of one call; longer outages are the caller's, who may run again.

    Attributes:
        budget_s: seconds from the first try; no wait begins that would end after it.
        first_wait_s: upper end of the first wait; it doubles at each try.
        longest_wait_s: upper end of any wait of our own choice.
        attempts: tries in all, the first included.
    """

    budget_s: float = 120
    first_wait_s: float = 0.5
    longest_wait_s: float = 20
    attempts: int = 10

    def backoff_s(self, tries: int, jitter: float) -> float:
        """Seconds to wait after so many tries: a share `jitter` (0 to 1) of the doubling upper end."""
        return jitter * min(self.longest_wait_s, self.first_wait_s * 2.0 ** (tries - 1))


@dataclass(frozen=True)
class Repeater:
    """Repeats what ends in a `TransientError`, within a policy; a wait that the service asked for replaces ours."""

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def run(self, attempt: Callable[[], T]) -> T:
        """The result of the first attempt that succeeds.

        Raises:
            TransientError: the last one, saying how often and how long was tried, once the policy is exhausted.
            OutcomeUnknownError: at once, as is every other error.
        """
        started = self.clock()
        try:
            # Nearly every call ends here; the machinery for repeats costs as much as a small request.
            return attempt()
        except TransientError as error:
            if not _may_repeat(error):
                raise error.after(1, self.clock() - started) from error
            first = error
        return self._repeat(_once_failed(attempt, first), started)

    def _repeat(self, attempt: Callable[[], T], started: float) -> T:
        retrying = Retrying(
            retry=retry_if_exception(_may_repeat),
            wait=self._wait_s,
            stop=lambda state: self._must_stop(state, started),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except TransientError as error:
            raise error.after(retrying.statistics["attempt_number"], self.clock() - started) from error

    def _wait_s(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, TransientError) else None
        return self.policy.backoff_s(state.attempt_number, self.jitter()) if asked is None else asked

    def _must_stop(self, state: RetryCallState, started: float) -> bool:
        over = self.clock() - started + state.upcoming_sleep > self.policy.budget_s
        return over or state.attempt_number >= self.policy.attempts


def _may_repeat(error: BaseException) -> bool:
    return isinstance(error, TransientError) and not isinstance(error, OutcomeUnknownError)


def _once_failed(attempt: Callable[[], T], first: TransientError) -> Callable[[], T]:
    """`attempt`, of which the first try was made already and ended in `first`."""
    made = [first]

    def again() -> T:
        if made:
            raise made.pop()
        return attempt()

    return again
