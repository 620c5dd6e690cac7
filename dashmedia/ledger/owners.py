"""Who holds a lease: one process, named so that its death can be proved.

An owner reads `host/boot id/pid namespace/pid/start`, start being seconds since boot where the boot has an id, else
since the epoch. Seconds since boot do not move when the clock is set.
"""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import psutil

#: What stands for a fact that this system does not tell.
UNKNOWN = "-"

#: Two readings of one process's start may differ by this much, in seconds (`/proc` rounds the time of boot to seconds).
START_TOLERANCE_S = 2.0


class Owner(NamedTuple):
    """The parts of an owner text."""

    host: str
    boot: str
    pid_namespace: str
    pid: int
    started: float

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The owner that `text` names, or None when it is not one of ours."""
        try:
            host, boot, namespace, pid, started = text.split("/")
            return cls(host, boot, namespace, int(pid), float(started))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.host}/{self.boot}/{self.pid_namespace}/{self.pid}/{self.started:.2f}"

    @property
    def machine(self) -> tuple[str, str, str]:
        """Within one of these, a pid and its start time name one process."""
        return self.host, self.boot, self.pid_namespace


def this_owner() -> str:
    """The calling process. Another one after a fork."""
    return str(_owner_of(os.getpid()))


def is_gone(owner: str) -> bool:
    """Whether the process is provably dead: it ran here, since this boot, and no process has its pid and start time.

    An owner on another machine, in another container or in another form is never provably gone: its lease must end.
    """
    theirs = Owner.parse(owner)
    if theirs is None or theirs.machine != _owner_of(os.getpid()).machine:
        return False
    return not (_pid_is_used(theirs.pid) and _may_be(theirs))


@cache
def _owner_of(pid: int) -> Owner:
    boot = _boot_id()
    return Owner(
        platform.node().replace("/", UNKNOWN), boot, _pid_namespace(), pid, _started(psutil.Process(pid), boot)
    )


def _boot_id(path: str = "/proc/sys/kernel/random/boot_id") -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return UNKNOWN


def _pid_namespace(path: str = "/proc/self/ns/pid") -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return UNKNOWN


def _started(process: psutil.Process, boot: str) -> float:
    return process.create_time() - (0.0 if boot == UNKNOWN else psutil.boot_time())


def _pid_is_used(pid: int) -> bool:
    if os.name == "nt":  # pragma: no cover - `os.kill` ends a process there, so psutil is asked instead
        return psutil.pid_exists(pid)
    try:
        # Asked of the kernel: where /proc hides other users' processes, psutil would say that they do not exist.
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _may_be(theirs: Owner) -> bool:
    try:
        process = psutil.Process(theirs.pid)
        # Killed, and not yet collected by its parent. The leader of a process with living threads looks like that too.
        if process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1:
            return False
        return abs(_started(process, theirs.boot) - theirs.started) <= START_TOLERANCE_S
    except psutil.Error:
        return True
