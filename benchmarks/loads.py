"""Folders of files for uploads in parts: how many, how large, cut how."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.limits import MIB

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Load:
    """Some files of one size, sent `at_once` at a time in parts of `part_bytes`."""

    files: int
    bytes_each: int
    part_bytes: int
    at_once: int

    @property
    def mebibytes(self) -> float:
        """Of all files."""
        return self.files * self.bytes_each / MIB

    @property
    def parts(self) -> int:
        """Of all files."""
        return self.files * -(-self.bytes_each // self.part_bytes)

    @property
    def cutoff(self) -> int:
        """Size from which a file goes in parts: what fits into one part goes in one PUT, as ours does."""
        return self.part_bytes if self.bytes_each > self.part_bytes else 2 * self.part_bytes

    def __str__(self) -> str:
        return f"{self.files} files of {self.bytes_each / MIB:g} MiB, {self.at_once} at once"

    def write(self, folder: Path) -> Path:
        """Files that differ from each other and do not compress."""
        folder.mkdir()
        block = random.Random(self.bytes_each).randbytes(MIB)
        for number in range(self.files):
            with (folder / f"{number:04}.bin").open("wb") as file:
                file.write(number.to_bytes(8))
                left = self.bytes_each - 8
                while left:
                    left -= file.write(block[:left])
        return folder

    def cut(self, folder: Path, into: Path) -> Path:
        """The bytes of all parts as files of their own; they take as much room again."""
        into.mkdir()
        for path in folder.iterdir():
            with path.open("rb") as file:
                for number, part in enumerate(iter(lambda: file.read(self.part_bytes), b"")):
                    (into / f"{path.name}-{number:05}").write_bytes(part)
        return into
