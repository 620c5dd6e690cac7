"""The garbage collector, kept away from what was imported."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


#: New objects before a collection, and how many collections of one age before one of the next. A call makes hundreds of objects that
#: are gone with it, so Python's own 700 stop every thread again and again for nothing.
THRESHOLDS = (20_000, 20, 20)


class _Quiet:
    """Holds for as long as any of the runs in this process wants it."""

    def __init__(self) -> None:
        self._lock, self._runs = Lock(), 0
        self._before = gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if not self._runs:
                self._before = gc.get_threshold()
                gc.freeze()
                gc.set_threshold(*THRESHOLDS)
            self._runs += 1

    def end(self) -> None:
        with self._lock:
            self._runs -= 1
            if not self._runs:
                gc.set_threshold(*self._before)
                gc.unfreeze()


_quiet = _Quiet()


@contextmanager
def imports_left_alone() -> Iterator[None]:
    """For the length of a block, collections pass over everything that is there already: Prefect, pydantic and pandas.

    These are some 200,000 objects that live as long as the process. Going through them takes more than 0.1 s with every thread
    stopped, and a run that makes many short-lived objects does it again and again. Other collections are rarer, too (`THRESHOLDS`).
    """
    _quiet.begin()
    try:
        yield
    finally:
        _quiet.end()
