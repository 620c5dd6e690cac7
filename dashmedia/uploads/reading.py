"""Reading parts of a checked original: from any thread, block by block, hashed on the way."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, cast

from dashmedia.bodies import BLOCK_BYTES, Blocks
from dashmedia.errors import SourceChangedError
from dashmedia.gate import open_checked
from dashmedia.gate.stored import look_at
from dashmedia.refusals import RefusedError
from dashmedia.sources.remote import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.gate import Checked
    from dashmedia.uploads.plan import Part


class Ranges:
    """An open original of which any thread may read any range.

    Args:
        stream: its bytes.
        checked: what it was found to be.
    """

    def __init__(self, stream: BinaryIO, checked: Checked) -> None:
        self._stream, self._checked = stream, checked
        self._lock = Lock()
        self._handle = stream.fileno() if checked.original.is_local and hasattr(os, "preadv") else None

    @property
    def name(self) -> str:
        """As messages name it."""
        return self._checked.original.shown

    def read_into(self, block: memoryview, start: int) -> int:
        """Fill `block` from byte `start` on; how many bytes there were, fewer only at the end of the file.

        Raises:
            SourceChangedError: it cannot be read any more.
        """
        filled = 0
        try:
            while filled < len(block) and (read := self._read(block[filled:], start + filled)):
                filled += read
        except OSError as error:
            expected = str(self._checked.stamp)
            raise SourceChangedError(self.name, f"unreadable ({words_of(error)})", expected) from error
        return filled

    def require_unchanged(self) -> None:
        """Look at the file once more.

        Raises:
            SourceChangedError: it is not the one that was checked.
        """
        try:
            now = str(look_at(self._checked.original))
        except RefusedError as gone:
            now = gone.seen
        if now != str(self._checked.stamp):
            raise SourceChangedError(self.name, now, str(self._checked.stamp))

    def _read(self, block: memoryview, start: int) -> int:
        if self._handle is not None:
            return os.preadv(self._handle, [block], start)
        with self._lock:
            self._stream.seek(start)
            # Every stream of ours has it; the type of streams in general does not say so.
            return cast("int", self._stream.readinto(block) or 0)  # type: ignore[attr-defined]


@contextmanager
def open_ranges(checked: Checked) -> Iterator[Ranges]:
    """The original for as long as the block lasts.

    Raises:
        SourceChangedError: it is not the one that was checked.
    """
    with open_checked(checked) as stream:
        yield Ranges(stream, checked)


class PartBody(Blocks):
    """One part as it is sent; `md5` is that of the last sending, which every further one hashes anew."""

    def __init__(self, ranges: Ranges, part: Part) -> None:
        self._ranges, self._part = ranges, part
        self.md5 = ""

    def blocks(self) -> Iterator[memoryview]:
        """The bytes of the range, `BLOCK_BYTES` at a time, in one buffer that is used again and again.

        Raises:
            SourceChangedError: the file ends before the part does, or cannot be read.
        """
        hashed = hashlib.md5(usedforsecurity=False)
        buffer = memoryview(bytearray(min(BLOCK_BYTES, self._part.size)))
        for start in range(self._part.start, self._part.end, BLOCK_BYTES):
            block = buffer[: min(BLOCK_BYTES, self._part.end - start)]
            read = self._ranges.read_into(block, start)
            if read < len(block):
                seen, expected = f"{start + read:,} bytes", f"{self._part.end:,} bytes or more"
                raise SourceChangedError(self._ranges.name, seen, expected)
            hashed.update(block)
            # Before the last block goes out: whoever is sent it may be asked for the sum at once.
            self.md5 = hashed.hexdigest() if start + read == self._part.end else ""
            yield block


def md5_of(ranges: Ranges, part: Part) -> str:
    """The MD5 of one part as it lies there now, hex.

    Raises:
        SourceChangedError: as `PartBody.blocks`.
    """
    body = PartBody(ranges, part)
    for _ in body.blocks():
        pass
    return body.md5
