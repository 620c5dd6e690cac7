"""How the threads of a run take turns."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Longest that a thread keeps the interpreter while others want it, in seconds; Python's own is five times that. Threads that come
#: back from the network hold it for much less, so they are the ones who gain.
TURN_S = 0.001


@contextmanager
def quick_turns() -> Iterator[None]:
    """Short turns for all threads of this process, until the block ends."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
