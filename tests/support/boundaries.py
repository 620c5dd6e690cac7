"""Work in processes of its own that die by SIGKILL at a chosen moment.

The moments are numbered as they are passed, not listed by hand. The process is a fork of the test, the kill a real SIGKILL.
"""

import multiprocessing
import os
import signal
from itertools import count
from threading import Lock

_fork = multiprocessing.get_context("fork")


class Mortal:
    """Work that can be done in a process that dies on the way.

    Args:
        work: does it; whether it ended as it should.
        watch: is handed the boundary and the arguments of `work`, and sees to it that the boundary is called at each moment.
    """

    def __init__(self, work, watch):
        self._work, self._watch = work, watch

    def start(self, *args, at=None, counted=None, **options):
        """The process, which kills itself at boundary number `at`; returned at once."""
        process = _fork.Process(target=self._child, args=(args, options, at, counted))
        process.start()
        return process

    def die(self, *args, at, **options):
        """Work until boundary number `at`; the exit code: -9, or 0 when the work was over before."""
        process = self.start(*args, at=at, **options)
        process.join()
        return process.exitcode

    def count(self, *args, **options):
        """How many boundaries the whole work passes."""
        counted = _fork.Value("i", 0)
        process = self.start(*args, counted=counted, **options)
        process.join()
        assert process.exitcode == 0
        return counted.value

    def _child(self, args, options, at, counted):
        self._watch(_numbered(at, counted), *args)
        os._exit(0 if self._work(*args, **options) else 3)


def around(methods):
    """For `watch`: a boundary before and after each call of these, which are names of methods by class."""

    def watch(boundary, *_):
        for owner, names in methods.items():
            for name in names:
                _wrap(owner, name, boundary)

    return watch


def _wrap(owner, name, boundary):
    inner = getattr(owner, name)

    def wrapped(*args, **kwargs):
        boundary()
        answer = inner(*args, **kwargs)
        boundary()
        return answer

    setattr(owner, name, wrapped)


def _numbered(at, counted):
    numbers, lock = count(1), Lock()

    def boundary():
        with lock:
            number = next(numbers)
            if counted is not None:
                counted.value = number
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)

    return boundary
