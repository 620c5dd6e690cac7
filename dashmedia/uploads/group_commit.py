"""Several threads, one commit: whoever comes while another one writes is written with the next group."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
R = TypeVar("R")


class GroupCommit(Generic[T, R]):
    """Returns when the item is written, never before, and never waits for company.

    Args:
        write: writes a group in the order in which its items came; its answer is everybody's.
    """

    def __init__(self, write: Callable[[list[T]], R]) -> None:
        self._write = write
        self._waiting: list[tuple[T, Future[R]]] = []
        self._lock, self._turn = Lock(), Lock()

    def write(self, item: T) -> R:
        """Write it with whatever else waits.

        Raises:
            Whatever `write` raises, for each item of the group.
        """
        written: Future[R] = Future()
        with self._lock:
            self._waiting.append((item, written))
        with self._turn:
            if not written.done():
                self._write_waiting()
        return written.result()

    def _write_waiting(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            answer = self._write([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to each of those who wait
            for _, written in group:
                written.set_exception(error)
        else:
            for _, written in group:
                written.set_result(answer)
