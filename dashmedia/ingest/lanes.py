"""The ways that originals go side by side: to brands and to the DAM. Trouble on one of them does not stop the other."""

from __future__ import annotations

from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING

from dashmedia.ingest.parallel import FATAL
from dashmedia.ledger.destinations import is_dam

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from dashmedia.errors import DashMediaError
    from dashmedia.ingest.batch import Batch, Delivery


class Lane(StrEnum):
    """One of them, as people call it."""

    BRANDS = "Dash Social"
    DAM = "Dash"


class Lanes:
    """Those that a run has, for any number of threads.

    Args:
        lanes: at least one.
    """

    def __init__(self, lanes: Collection[Lane]) -> None:
        self._lanes = frozenset(lanes)
        self._broken: dict[Lane, DashMediaError] = {}
        self._lock = Lock()

    def __iter__(self) -> Iterator[Lane]:
        return iter(sorted(self._lanes))

    def run(self, lane: Lane, batch: Batch, steps: Callable[[], None]) -> None:
        """Run `steps` unless nothing of the batch goes there, or the lane is broken: then its deliveries are left over.

        An error that every further item would meet breaks the lane.

        Raises:
            AuthError, UserError: the lane broke, and no other is left.
        """
        deliveries = [each for each in batch.deliveries if is_dam(each.item.destination) is (lane is Lane.DAM)]
        if not deliveries:
            return
        if lane not in self._broken:
            try:
                steps()
            except FATAL as error:
                self._break(lane, error)
        if lane in self._broken:
            _leave(deliveries, self._broken[lane])

    def remarks(self) -> tuple[str, ...]:
        """Why each broken lane broke."""
        with self._lock:
            return tuple(f"Nothing more was sent to {lane}: {error}" for lane, error in self._broken.items())

    def _break(self, lane: Lane, error: DashMediaError) -> None:
        with self._lock:
            self._broken.setdefault(lane, error)
            is_last = len(self._broken) == len(self._lanes)
        if is_last:
            raise error


def _leave(deliveries: Collection[Delivery], error: DashMediaError) -> None:
    for each in deliveries:
        if each.is_open:
            each.set_aside(str(error), retryable=True)
