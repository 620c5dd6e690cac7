"""Processes that outlive the command that started them: written down, so that another command can end them."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import psutil

from deployments.processes import GRACE_S

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path


class Kept(NamedTuple):
    """A process that was left running. With its time of creation, another one that got its number later is told apart."""

    name: str
    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """The process; None when it has ended."""
        with suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.pid)
            if found.create_time() == self.created and found.status() != psutil.STATUS_ZOMBIE:
                return found
        return None


class Background:
    """What was left running, in the order in which it was started.

    Args:
        state: the file where it is written down.
    """

    def __init__(self, state: Path) -> None:
        self._state = state

    def keep(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Write a process down that leads a group of its own; one that has ended already is nothing to keep."""
        with suppress(psutil.NoSuchProcess):
            kept = Kept(name, process.pid, psutil.Process(process.pid).create_time())
            self._state.parent.mkdir(parents=True, exist_ok=True)
            self._state.write_text(json.dumps([*self._all(), kept]))

    def running(self) -> list[str]:
        """The names of those that have not ended."""
        return [kept.name for kept in self._all() if kept.process()]

    def stop(self) -> Iterator[str]:
        """End them with all that they started, the last one first, and forget them; yields the name of each that ran."""
        for kept in reversed(self._all()):
            if process := kept.process():
                _end(process)
                yield kept.name
        self._state.unlink(missing_ok=True)

    def _all(self) -> list[Kept]:
        return [Kept(*each) for each in json.loads(self._state.read_text())] if self._state.exists() else []


def _end(process: psutil.Process) -> None:
    """Gently first. Runs of a worker may lead groups of their own, so its whole family is looked up before it goes."""
    family = process.children(recursive=True)
    with suppress(ProcessLookupError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.kill()
