"""Ctrl-C on a command of ours, from its first import on: a status, at most one line, never a traceback.

Importing is the longer part of what a command does before its own code can answer for it: seconds, on a busy machine. Nothing
has been started then, so the process simply ends. This module imports next to nothing, because it is what comes first.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than all of the rest
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import NoReturn

#: The status of what Ctrl-C ended: 128 and the number of the signal, as shells have it.
INTERRUPTED = 130


def leave_quietly_while_loading(*commands: str) -> None:
    """First thing in a package: Ctrl-C ends the process at once, until its command calls `interruptible` or sets its own way.

    Nothing is changed unless `python -m` with one of these was typed: whoever imports the package keeps their own handling.

    Args:
        commands: modules that end this state themselves; `flows.*` stands for every module of that package.
    """
    is_loading = sys.argv[:1] == ["-m"]  # what Python has there until it has found the module
    if is_loading and any(_is_named_by(each, commands) for each in sys.orig_argv[1:]):
        _set(_leave)


@contextmanager
def interruptible() -> Iterator[None]:
    """Around a whole command: the first Ctrl-C raises `KeyboardInterrupt`, so that what is open is closed; the next ends it at once.

    Nothing needs the goodbye: the ledger is right at every instant. Afterwards Ctrl-C ends the process, so this is for the last
    thing that a process does, not for a function that somebody may call.

    Raises:
        SystemExit: with `INTERRUPTED`, in the place of `KeyboardInterrupt`.
    """
    _set(_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        _set(_leave)  # Python still waits for threads


def _is_named_by(word: str, commands: tuple[str, ...]) -> bool:
    module = word.removeprefix("-m")
    return module in commands or f"{module.partition('.')[0]}.*" in commands


def _set(handler: object) -> None:
    """What was ignored from the start, as by `nohup`, stays ignored."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, handler)  # type: ignore[arg-type]  # both handlers below have the right form


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    _set(_leave)
    raise KeyboardInterrupt


def _leave(_: int, __: FrameType | None) -> NoReturn:
    os._exit(INTERRUPTED)
