"""The garbage collector, kept away from what was imported."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def imports_left_alone() -> Iterator[None]:
    """For the length of a block, collections pass over everything that is there already: Prefect, pydantic and pandas.

    These are some 200,000 objects that live as long as the process. Going through them takes more than 0.1 s with every thread
    stopped, and a run that makes many short-lived objects does it again and again.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
