"""The garbage collector, kept away from what was imported."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


#: New objects before a collection, and how many collections of one age before one of the next. A call makes hundreds of objects that
#: are gone with it, so Python's own 700 stop every thread again and again for nothing.
THRESHOLDS = (5_000, 10, 10)


@contextmanager
def imports_left_alone() -> Iterator[None]:
    """For the length of a block, collections pass over everything that is there already: Prefect, pydantic and pandas.

    These are some 200,000 objects that live as long as the process. Going through them takes more than 0.1 s with every thread
    stopped, and a run that makes many short-lived objects does it again and again. Other collections are rarer, too (`THRESHOLDS`).
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
