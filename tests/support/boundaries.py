"""Work in processes of its own that die by SIGKILL at a chosen moment.

The moments are those of `support.effects`, numbered as they are passed. The process is a fork of this one, the kill a real SIGKILL.
"""

import mmap
import multiprocessing
import os
import signal
import sys
import traceback
from itertools import count
from threading import Lock

from support.effects import watch

_fork = multiprocessing.get_context("fork")

#: Room for what a process has to say of its last moment, in bytes.
_WORDS = 400


class Mortal:
    """Work that can be done in a process that dies on the way.

    Args:
        work: does it; whether it ended as it should.
        folder: takes the arguments of `work`; the folder in which files count.
    """

    def __init__(self, work, folder):
        self._work, self._folder = work, folder

    def start(self, *args, at=None, **options):
        """The process, which kills itself at boundary number `at`; returned at once."""
        return Child(lambda: self._work(*args, **options), self._folder(*args), at)

    def die(self, *args, at, **options):
        """Work until boundary number `at`; the exit code: -9, or 0 when the work was over before."""
        return self.start(*args, at=at, **options).join()

    def count(self, *args, **options):
        """How many boundaries the whole work passes."""
        child = self.start(*args, **options)
        assert child.join() == 0
        return child.passed


class Child:
    """One process under way; it begins at once.

    Args:
        work: without arguments; whether it ended as it should.
        folder: in which files count.
        at: the number of the boundary at which it dies; none passes them all.
    """

    def __init__(self, work, folder, at=None):
        self._shared = mmap.mmap(-1, 8 + _WORDS)
        self._process = _fork.Process(target=self._run, args=(work, folder, at))
        self._process.start()

    def join(self):
        """Wait until it has ended; the exit code: -9 for the kill, 0 for a good end, 3 for another, 4 for an exception."""
        self._process.join()
        return self._process.exitcode

    def kill(self):
        """SIGKILL, and wait until it is gone."""
        self._process.kill()
        self._process.join()

    @property
    def is_alive(self):
        """Whether it still works."""
        return self._process.is_alive()

    @property
    def passed(self):
        """How many boundaries it passed; the one at which it died counts."""
        return int.from_bytes(self._shared[:8], "little")

    @property
    def words(self):
        """What the last boundary was, or the exception with which it ended."""
        return self._shared[8:].rstrip(b"\0").decode(errors="replace")

    def _say(self, words):
        self._shared[8:] = words.encode(errors="replace")[:_WORDS].ljust(_WORDS, b"\0")

    def _run(self, work, folder, at):
        watch(self._numbered(at), folder)
        try:
            code = 0 if work() else 3
        except BaseException as error:  # noqa: BLE001 - whatever ends it is told, and nothing of the parent's is unwound
            self._say("".join(traceback.format_exception_only(error)).strip())
            code = 4
        sys.stdout.flush()
        os._exit(code)

    def _numbered(self, at):
        numbers, lock = count(1), Lock()

        def passed(what):
            with lock:
                number = next(numbers)
                self._shared[:8] = number.to_bytes(8, "little")
                if number == at:
                    self._say(what)
                    os.kill(os.getpid(), signal.SIGKILL)

        return passed
