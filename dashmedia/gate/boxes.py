"""Whether an MP4, QuickTime or HEIC file is whole: its top-level boxes must tile it exactly.

A box begins with its size (4 bytes, big-endian) and kind (4 letters); size 1 means that 8 more bytes hold the size, size 0
that the box goes on to the end. ISO/IEC 14496-12, section 4.2. A file that was cut off ends inside a box.
"""

from __future__ import annotations

from dashmedia.refusals import RefusedError, Rule

#: More top-level boxes than a day of one-second fragments has.
_MOST_BOXES = 200_000

_SHORT_HEAD, _LONG_HEAD = 8, 16

#: The box without which a type cannot be shown.
INDEX_BOX = {
    "video/mp4": "moov",
    "video/quicktime": "moov",
    "video/3gpp": "moov",
    "video/3gpp2": "moov",
    "audio/mp4": "moov",
    "image/heic": "meta",
    "image/heif": "meta",
    "image/avif": "meta",
}


class BoxWalk:
    """Follows the boxes through blocks that are fed in order, so that hashing and walking share one read."""

    def __init__(self) -> None:
        self._fed = 0  # bytes fed
        self._box = 0  # where the next box begins
        self._head = b""  # its first bytes, as far as fed
        self._goes_to_end = False
        self._kinds: set[str] = set()
        self._boxes = 0

    def feed(self, block: bytes) -> None:
        """Raises `RefusedError` does_not_decode where no box can begin."""
        start = self._fed
        self._fed += len(block)
        while not self._goes_to_end and self._box + len(self._head) < self._fed:
            at = self._box + len(self._head) - start
            self._head += block[at : at + _LONG_HEAD - len(self._head)]
            size = self._size()
            if size is None:
                return
            self._box += size
            self._head = b""

    def finish(self, index_box: str) -> None:
        """Raises `RefusedError` does_not_decode when the boxes do not end where the file ends, or the index is missing."""
        if not self._goes_to_end and (self._head or self._box != self._fed):
            end = f"{self._box:,}" if self._box > self._fed else "inside a box"
            raise _damaged(f"its boxes end at byte {end}, the file ends at byte {self._fed:,}")
        if index_box not in self._kinds:
            raise _damaged(f"it has no {index_box} box, only {', '.join(sorted(self._kinds)) or 'none'}")

    def _size(self) -> int | None:
        """Bytes of the box at hand, 0 when it goes on to the end, None while too little of its head is fed."""
        if len(self._head) < _SHORT_HEAD:
            return None
        size, least = int.from_bytes(self._head[:4], "big"), _SHORT_HEAD
        if size == 1:
            if len(self._head) < _LONG_HEAD:
                return None
            size, least = int.from_bytes(self._head[8:16], "big"), _LONG_HEAD
        kind = self._head[4:8]
        self._boxes += 1
        if (size and size < least) or min(kind) < ord(" ") or self._boxes > _MOST_BOXES:
            raise _damaged(f"no box can begin at byte {self._box:,} with {self._head[:_SHORT_HEAD].hex(' ')}")
        self._kinds.add(kind.decode("latin-1"))
        self._goes_to_end = size == 0
        return size


def _damaged(seen: str) -> RefusedError:
    return RefusedError(Rule.DOES_NOT_DECODE, seen)
