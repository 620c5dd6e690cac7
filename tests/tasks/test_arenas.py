"""How many arenas the C library makes for threads, counted in a process of its own."""

import ctypes
import os
import subprocess
import sys

import pytest

from tasks.arenas import ARENAS

#: Threads that hold memory of their own at the same time; then malloc's own account of itself, on standard output.
MANY_THREADS = """
import ctypes, sys
from threading import Barrier, Thread
from tasks.arenas import share_arenas

if "shared" in sys.argv:
    share_arenas()
libc, together = ctypes.CDLL(None), Barrier(6)
libc.malloc.restype = ctypes.c_void_p

def hold():
    libc.malloc(ctypes.c_size_t(50_000))
    together.wait()

threads = [Thread(target=hold) for _ in range(6)]
[each.start() for each in threads]
[each.join() for each in threads]
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""

has_glibc = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_info")
pytestmark = pytest.mark.skipif(not has_glibc, reason="arenas are a matter of glibc")


def arenas_of(*words):
    env = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    ran = subprocess.run(
        [sys.executable, "-c", MANY_THREADS, *words], env=env, capture_output=True, text=True, check=True
    )
    return ran.stdout.count("<heap nr=")


def test_threads_share_a_few_arenas_instead_of_one_each():
    assert arenas_of("shared") <= ARENAS < arenas_of()
