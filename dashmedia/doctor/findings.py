"""What a check found, and a number of checks at once."""

from __future__ import annotations

import time
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict

from dashmedia.errors import DashMediaError, clip
from dashmedia.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: How much one line may say, in characters.
SEEN_MAX = 400


class Level(StrEnum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"  # flows run, or some do; somebody should know
    FAIL = "FAIL"  # a flow that needs it will fail


class Finding(BaseModel):
    """One line.

    Attributes:
        name: what was looked at.
        seen: what is so; never a token, nor a signed URL.
        advice: what to do; empty when nothing is to be done.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    level: Level
    seen: str
    advice: str = ""


def ok(name: str, seen: str) -> Finding:
    """As it should be."""
    return Finding(name=name, level=Level.OK, seen=seen)


def warn(name: str, seen: str, advice: str) -> Finding:
    """Not as it should be; most flows run all the same."""
    return Finding(name=name, level=Level.WARN, seen=seen, advice=advice)


def fail(name: str, seen: str, advice: str) -> Finding:
    """A flow that needs it will fail."""
    return Finding(name=name, level=Level.FAIL, seen=seen, advice=advice)


class Check(NamedTuple):
    """Something to look at.

    Attributes:
        name: of its line, when it ends without one.
        look: what it finds; may raise errors of ours, and take as long as it likes.
    """

    name: str
    look: Callable[[], Iterable[Finding]]


def examine(checks: Sequence[Check], timeout_s: float) -> list[Finding]:
    """All findings, in the order of `checks`, which are made at the same time.

    Args:
        checks: any number.
        timeout_s: what has not ended by then is given up and said so.
    """
    ended: SimpleQueue[tuple[int, list[Finding]]] = SimpleQueue()
    for number, check in enumerate(checks):
        # A daemon: a check that hangs must not keep the command from ending.
        Thread(target=_look, args=(number, check, ended), name=check.name, daemon=True).start()
    found: dict[int, list[Finding]] = {}
    deadline = time.monotonic() + timeout_s
    while len(found) < len(checks):
        try:
            number, lines = ended.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        found[number] = lines
    return [line for number, check in enumerate(checks) for line in found.get(number, [_overdue(check, timeout_s)])]


def _look(number: int, check: Check, ended: SimpleQueue[tuple[int, list[Finding]]]) -> None:
    try:
        lines = [_bounded(line) for line in check.look()]
    except DashMediaError as error:
        lines = [_bounded(fail(check.name, str(error), ""))]
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide what the others found
        lines = [_bounded(fail(check.name, f"the check itself broke ({type(error).__name__}: {error})", "Report it."))]
    ended.put((number, lines))


def _bounded(line: Finding) -> Finding:
    return line.model_copy(update={"seen": clip(redact(line.seen), SEEN_MAX)})


def _overdue(check: Check, timeout_s: float) -> Finding:
    seen = f"no end within {timeout_s:g} s"
    return fail(check.name, seen, "Look whether what it asks can be reached from here, or allow more with --timeout-s.")
