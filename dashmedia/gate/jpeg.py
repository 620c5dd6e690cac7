"""Ordinary JPEGs: all that a decoder can object to, without decoding all of the picture.

A baseline JPEG is a head of segments, one run of compressed data, and an end marker. Past the head, libjpeg never fails:
whatever the data say, it draws something and goes on, and it only stops where data are missing. So the head is decoded, with
the first row of blocks, and the run is followed to its end marker. ITU T.81, annex B; libjpeg, jdhuff.c and jdmarker.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Every marker begins with it.
MARK = 0xFF
#: Markers, by their second byte: end of image, start of scan, restart interval.
EOI, SOS, DRI = 0xD9, 0xDA, 0xDD
#: Start of frame: baseline and extended sequential, both with Huffman codes.
SEQUENTIAL = (0xC0, 0xC1)
#: Frames of other kinds (progressive, lossless, arithmetic), and markers that have no length and so no place in a head.
UNUSUAL = frozenset({0x00, 0x01, MARK, *range(0xC0, 0xDA)}) - {*SEQUENTIAL, 0xC4}

#: The first marker in compressed data, where 0xFF is followed by 0x00, and, if the head says so, restarts are no end of it.
_MARKER = re.compile(rb"\xff[^\x00]")
_MARKER_BUT_RESTARTS = re.compile(rb"\xff[^\x00\xd0-\xd7]")

#: Compressed bytes that go into the sample: its rows may end in grey, which is no error.
SAMPLE_BYTES = 4096

#: Bytes of a number, and where a frame tells its height, width and components, and a scan how many of them it holds.
NUMBER_BYTES, HEIGHT_AT, WIDTH_AT, COMPONENTS_AT, COMPONENT_BYTES, SCANNED_AT = 2, 5, 7, 9, 3, 4


@dataclass(frozen=True, slots=True)
class Baseline:
    """A whole baseline JPEG. `sample` is one of the same head with the first row of blocks only."""

    width: int
    height: int
    sample: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    at: int
    components: int


@dataclass(frozen=True, slots=True)
class _Head:
    frame: _Frame
    has_restarts: bool
    data_at: int


def baseline_of(data: bytes) -> Baseline | None:
    """What there is to decode, or None for every other kind and whenever anything is unusual: then decode the whole."""
    head = _head_of(data)
    if head is None:
        return None
    end = (_MARKER_BUT_RESTARTS if head.has_restarts else _MARKER).search(data, head.data_at)
    height, width = _number(data, head.frame.at + HEIGHT_AT), _number(data, head.frame.at + WIDTH_AT)
    if end is None or end[0][1] != EOI or not height:
        return None
    return Baseline(width, height, _sample(data, head, min(height, _block_row(data, head.frame)), end.start()))


def _head_of(data: bytes) -> _Head | None:
    """Walk over the segments until the compressed data; None unless one frame and one scan of all its components come."""
    frame, has_restarts = None, False
    for marker, at, next_at in _segments(data):
        if marker in SEQUENTIAL and frame is None and next_at < len(data):
            frame = _Frame(at, data[at + COMPONENTS_AT])
        elif marker in UNUSUAL or marker in SEQUENTIAL:
            return None
        has_restarts = has_restarts or marker == DRI
        if marker == SOS:
            is_whole = frame is not None and data[at + SCANNED_AT] == frame.components
            return _Head(frame, has_restarts, next_at) if frame and is_whole else None
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, place, and place of the next one, as long as there are any."""
    at = 2
    while at + SCANNED_AT < len(data) and data[at] == MARK:
        next_at = at + 2 + _number(data, at + 2)
        yield data[at + 1], at, next_at
        at = next_at


def _sample(data: bytes, head: _Head, height: int, end: int) -> bytes:
    height_at = head.frame.at + HEIGHT_AT
    rows = data[head.data_at : min(end, head.data_at + SAMPLE_BYTES)]
    return b"".join(
        (data[:height_at], height.to_bytes(2), data[height_at + 2 : head.data_at], rows, bytes((MARK, EOI)))
    )


def _block_row(data: bytes, frame: _Frame) -> int:
    """Pixels in the height of one row of blocks: eight for each unit of the largest vertical sampling factor."""
    first = frame.at + COMPONENTS_AT + 2
    factors = data[first : first + COMPONENT_BYTES * frame.components : COMPONENT_BYTES]
    return 8 * max((factor & 0x0F for factor in factors), default=1)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + NUMBER_BYTES])
