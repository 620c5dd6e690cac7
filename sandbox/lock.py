"""One sandbox per data folder."""

from __future__ import annotations

import contextlib
import fcntl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class CannotServeError(Exception):
    """The sandbox cannot be started like this; the text says why and what to do."""


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder, made if it is missing; the system lets go of it when the process ends, however it ends.

    Raises:
        CannotServeError: another sandbox holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotServeError(f"Another sandbox uses {data}. Stop it, or give another folder.") from error
        yield
