"""A thread that keeps a run's rows held while the run is at work."""

from __future__ import annotations

import logging
import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Protocol, Self

from dashmedia.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.ledger.records import Run

log = logging.getLogger(__name__)


class Renewing(Protocol):
    """What the heartbeat needs of a ledger."""

    lease_s: float

    def renew(self, run: Run) -> int:
        """Hold every row of the run for another lease."""


class Heartbeat:
    """Renews every third of a lease, from entering the block to leaving it.

    A ledger that does not answer is asked again at the next beat. `is_current` turns false when the last renewal is
    older than the lease: others may have taken the rows, so ask it before sending what must not be sent twice.
    """

    def __init__(self, ledger: Renewing, run: Run, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._run = run
        self._clock = clock
        self._renewed_at = clock()
        self._stop = Event()
        self._thread = Thread(target=self._beat, name=f"ledger heartbeat {run.id}", daemon=True)

    @property
    def is_current(self) -> bool:
        """Whether the rows are surely still held by this run."""
        return self._clock() - self._renewed_at < self._ledger.lease_s

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._ledger.lease_s / 3):
            asked_at = self._clock()
            try:
                self._ledger.renew(self._run)
            except LedgerError as error:
                log.warning("The lease of run %s was not renewed; it is tried again. %s", self._run.id, error)
            else:
                self._renewed_at = asked_at
