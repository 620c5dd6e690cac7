"""Copies of remote originals on this machine: fetched once for the check and for every destination that is sent bytes."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

from dashmedia.gate.stored import look_at
from dashmedia.ledger.owners import is_gone, this_owner
from dashmedia.limits import COPIES_BYTES, MIB

if TYPE_CHECKING:
    from dashmedia.gate.rules import Checked
    from dashmedia.sources import Original

#: How the folders are called, and the file in each that says whose it is: those of killed processes are removed.
PREFIX, OWNER = "dashmedia-copies-", "owner"


class Copy(NamedTuple):
    """One of them. `size` is in bytes."""

    path: Path
    size: int


class Copies:
    """For any number of threads; they lie in a folder of their own, made with the first of them and removed with the last.

    What does not fit is not kept: it is read from its storage again when it is sent, as a local file is.

    Args:
        most_bytes: of all copies at once. A single larger one is kept while it is the only one.
        within: where their folder is made; None for the system's temporary folder (`TMPDIR`).
    """

    def __init__(self, most_bytes: int = COPIES_BYTES, within: Path | None = None) -> None:
        self.most_bytes = most_bytes
        self._within = within or Path(tempfile.gettempdir())
        remove_left_behind(self._within)
        self._folder: Path | None = None
        self._kept: dict[tuple[str, int | None], Copy] = {}
        self._made = 0
        self._lock = Lock()

    def keep(self, original: Original, stream: BinaryIO, size: int) -> Path | None:
        """Copy `stream` from where it stands; None when there is no room, or the disk is full.

        Args:
            original: whose bytes they are.
            stream: at most one byte more than `size` is read of it, so that one that grew shows.
            size: that it is expected to have, in bytes.

        Raises:
            OSError: the stream cannot be read.
        """
        copy = self._reserve(original, size)
        if copy is not None and not _write(copy, stream):
            self.drop(original)
            return None
        return copy and copy.path

    def local(self, checked: Checked) -> Checked:
        """The same original as a local file, where a copy was kept; else `checked` itself."""
        with self._lock:
            copy = self._kept.get(checked.original.place)
        if copy is None:
            return checked
        original = replace(checked.original, url=str(copy.path))
        return replace(checked, original=original, stamp=look_at(original))

    def drop(self, original: Original) -> None:
        """Remove its copy, if there is one."""
        with self._lock:
            copy = self._kept.pop(original.place, None)
        if copy is not None:
            copy.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove all of them, and their folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reserve(self, original: Original, size: int) -> Copy | None:
        with self._lock:
            used = sum(copy.size for copy in self._kept.values())
            if used and used + size > self.most_bytes:
                return None
            self._made += 1
            self._kept[original.place] = copy = Copy(self._own_folder() / f"{self._made}", size)
            return copy

    def _own_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self._within))
            (self._folder / OWNER).write_text(this_owner())
        return self._folder


def remove_left_behind(folder: Path) -> None:
    """Remove copies of processes that were killed. Those of a process that may live stay."""
    for owner in folder.glob(f"{PREFIX}*/{OWNER}"):
        with suppress(OSError):
            if is_gone(owner.read_text()):
                shutil.rmtree(owner.parent)


def _write(copy: Copy, stream: BinaryIO) -> bool:
    """Whether the disk had room for all of it."""
    left = copy.size + 1
    with copy.path.open("wb") as target:
        while left and (block := stream.read(min(MIB, left))):
            left -= len(block)
            try:
                target.write(block)
                target.flush()
            except OSError:
                return False
    return True
