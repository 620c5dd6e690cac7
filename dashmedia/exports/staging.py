"""Files written beside their place: locked while their writer lives, so that what a dead one left is told and removed."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: nothing is locked there, and so nothing swept
    fcntl = None  # type: ignore[assignment]  # as above

#: Our own naming: `.part.parquet.0123456789ab.tmp`.
_BESIDE = re.compile(r"\..+\.[0-9a-f]{12}\.tmp")


def open_beside(path: Path) -> tuple[Path, IO[bytes]]:
    """A new hidden file beside `path`, open for writing and locked until it is closed."""
    while True:
        beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
        file = beside.open("xb")
        if _lock(file) and os.fstat(file.fileno()).st_nlink:
            return beside, file
        file.close()  # swept before it was locked


def sweep_beside(folder: Path) -> None:
    """Remove such files in the folder whose writer is gone; what cannot be removed, or is no folder, is left alone."""
    if fcntl is None:  # pragma: no cover - Windows
        return
    with suppress(OSError):
        for path in [path for path in folder.iterdir() if _BESIDE.fullmatch(path.name)]:
            with suppress(OSError), path.open("rb") as file:
                if _lock(file):
                    path.unlink(missing_ok=True)


def _lock(file: IO[bytes]) -> bool:
    """Whether nobody else has it; where the file system knows no locks, a new file counts as ours and an old one not."""
    if fcntl is None:  # pragma: no cover - Windows
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return file.writable()
    return True
