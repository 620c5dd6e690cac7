"""A rate shared by many processes: each leases blocks of requests from a bucket that all see, and spends them in memory.

The bucket stands somewhere else (a Prefect server), so asking it costs a hundred times what a request costs here. A block is what
the threads of this process have asked for, so a process with little to do leaves the rest to the others.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dashmedia.errors import SharedRateError
from dashmedia.rate import WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

#: How long a leased request may be kept, in seconds. What is older is let go unspent: spent later it would come on top of what the
#: bucket gave out meanwhile.
KEPT_S = 1.0

#: Share of the bucket that is worth a lease. Each lease costs the bucket up to one request (it counts whole ones), so many
#: small ones would waste it; half a bucket is a lease a second for two processes.
WORTHWHILE = 0.5

#: Shortest time between two looks at the bucket, in seconds, however small the wait that was worked out.
LOOK_EVERY_S = 0.1

#: Between two tries while the bucket cannot be asked, in seconds; and how long it may be out of reach before that is an error.
#: Meanwhile nothing is sent and nothing is lost.
OUTAGE_WAIT_S = 2.0
OUTAGE_S = 600.0


@dataclass(frozen=True)
class Bucket:
    """How a bucket is to be set so that a vendor's limit holds.

    Attributes:
        slots: requests that it holds when full; a burst of so many is possible.
        per_second: how many flow in.
    """

    slots: int
    per_second: float


@dataclass(frozen=True)
class Level:
    """A bucket as it is now.

    Attributes:
        slots: requests that it holds when full.
        per_second: how many flow in.
        free: how many could be leased.
    """

    slots: int
    per_second: float
    free: int


class Tap(Protocol):
    """Where the bucket is."""

    def look(self) -> Level | None:
        """How full it is; None when there is no such bucket any more.

        Raises:
            UnreachableError: it cannot be asked now.
        """

    def lease(self, requests: int) -> bool:
        """Take so many out at once; False when another was quicker.

        Raises:
            UnreachableError: it cannot be asked now.
        """


class UnreachableError(Exception):
    """The bucket did not answer; the text says how."""


def bucket_for(per_minute: int) -> Bucket:
    """The bucket with which no window of a minute holds more than `per_minute` requests, whoever sends them.

    Such a window holds at most a full bucket, what flows in during it, and what was leased `KEPT_S` before it began. A bucket
    of two seconds wastes least: a smaller one is leased in smaller blocks, a larger one leaves less to flow in.
    """
    slots = max(1, per_minute // 30)
    return Bucket(slots, max(0.01, int(100 * (per_minute - slots) / (WINDOW_S + KEPT_S)) / 100))


class LeasedRate:
    """This process's part of a shared bucket, for any number of threads.

    Args:
        tap: the bucket.
        name: of the bucket, for messages.
        clock: seconds that only go forward.
    """

    def __init__(self, tap: Tap, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tap, self._name, self._clock = tap, name, clock
        self._in_hand, self._leased, self._leased_at = 0, 0, 0.0
        self._spent, self._waiting = 0, set[int]()
        self._ask_at = 0.0
        self._silent_since: float | None = None
        self._is_alone = False
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    def take(self) -> bool:
        """Spend one leased request; False when there is none, or none that is fresh."""
        with self._lock:
            if self._is_alone:
                return True
            if self._in_hand > 0 and self._clock() - self._leased_at < KEPT_S:
                self._in_hand -= 1
                self._spent += 1
                return True
            self._in_hand = 0
            self._waiting.add(threading.get_ident())
            return False

    def refill(self) -> float:
        """Lease a block unless there is one by now or it is too early; the seconds to wait before the next `take`.

        Raises:
            SharedRateError: the bucket could not be asked for `OUTAGE_S`.
        """
        # One thread asks; the others wait for it here, and then find what it leased.
        with self._asking:
            now = self._clock()
            if self._in_hand or self._is_alone:
                return 0
            if now < self._ask_at:
                return self._ask_at - now
            try:
                wait_s = self._lease()
            except UnreachableError as error:
                wait_s = self._bear(error, now)
            else:
                self._silent_since = None
            self._ask_at = self._clock() + wait_s
            return wait_s

    def _lease(self) -> float:
        level = self._tap.look()
        if level is None:
            log.warning(
                "There is no shared limit %s any more: this run keeps to its own limit from now on.", self._name
            )
            self._is_alone = True
            return 0
        wanted = min(self._wanted(), level.slots)
        worthwhile = max(1, min(wanted, int(level.slots * WORTHWHILE)))
        if level.free >= worthwhile:
            # Looked at first: a lease that is refused makes the server forget what flowed in since the last one.
            leased = min(wanted, level.free)
            if self._tap.lease(leased):
                self._keep(leased)
                return 0
            return LOOK_EVERY_S
        return max(LOOK_EVERY_S, (worthwhile - level.free) / level.per_second)

    def _wanted(self) -> int:
        """What was spent of the last block, twice that if it was not enough, and one for each thread that waits now."""
        with self._lock:
            spent = 2 * self._spent if self._spent == self._leased else self._spent
            return max(1, spent + len(self._waiting))

    def _keep(self, leased: int) -> None:
        with self._lock:
            self._in_hand, self._leased, self._leased_at = leased, leased, self._clock()
            self._spent = 0
            self._waiting.clear()

    def _bear(self, error: UnreachableError, now: float) -> float:
        if self._silent_since is None:
            self._silent_since = now
            log.warning("The shared limit %s cannot be asked: %s. Nothing is sent until it answers.", self._name, error)
        if now - self._silent_since >= OUTAGE_S:
            raise SharedRateError(self._name, str(error), now - self._silent_since)
        return OUTAGE_WAIT_S
