"""Where the C library takes the memory that threads ask for."""

from __future__ import annotations

import ctypes

#: Named in glibc's `malloc.h`, https://man7.org/linux/man-pages/man3/mallopt.3.html
_M_ARENA_MAX = -8

#: Threads wait for the network or the interpreter far more than they allocate.
ARENAS = 2


def share_arenas() -> None:
    """From now on threads share the arenas there are, and make no more than `ARENAS`, for as long as this process lives.

    Otherwise up to eight for each processor are made, and what a thread frees in its own is kept for it alone: with many threads a run's
    memory grows for minutes, mostly by such gaps. Where the C library is not glibc, nothing changes.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
