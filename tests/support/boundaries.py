"""Numbered moments of a process: it counts them, and kills itself at a chosen one."""

import os
import signal
from itertools import count
from threading import Lock


def numbered(at, counted=None):
    """A function to call at every boundary; at number `at` the process dies by SIGKILL. `counted.value` follows the numbers."""
    numbers, lock = count(1), Lock()

    def boundary():
        with lock:
            number = next(numbers)
            if counted is not None:
                counted.value = number
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)

    return boundary
