"""Where the C library takes the memory that threads ask for."""

from __future__ import annotations

import ctypes
import sys

#: Named in glibc's `malloc.h`, https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_ARENA_MAX = -8

#: Threads wait for the network or the interpreter far more than they allocate.
ARENAS = 2


def share_arenas() -> None:
    """From now on threads make no more arenas than `ARENAS` and share them, for as long as this process lives; those there are stay.

    Otherwise up to eight for each processor are made, and what a thread frees in its own is kept for it alone: with many threads a run's
    memory grows for minutes, mostly by such gaps. Where the C library is not glibc, nothing changes.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, ARENAS)
