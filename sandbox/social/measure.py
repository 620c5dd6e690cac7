"""What can be read off an uploaded file: size, checksums, kind, and its dimensions."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from pathlib import Path

# Only headers are read here, so a picture of any size is harmless.
Image.MAX_IMAGE_PIXELS = None

READ_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Measured:
    """One file.

    Attributes:
        size: bytes; md5 and sha256 are lower-case hex.
        kind: `IMAGE`, `VIDEO`, or None when it is neither an image Pillow knows nor an MP4.
        width: pixels, as is height; None when unknown.
        duration_s: of a video, None otherwise.
    """

    size: int
    md5: str
    sha256: str
    kind: str | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


def measure(path: Path) -> Measured:
    """Measure a file; one that did not change since the last time is not read again."""
    stat = path.stat()
    return _measure(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=10_000)
def _measure(path: Path, size: int, _mtime_ns: int) -> Measured:
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            md5.update(piece)
            sha256.update(piece)
        file.seek(0)
        facts = _image(file) or _video(file) or (None, None, None, None)
    return Measured(size, md5.hexdigest(), sha256.hexdigest(), *facts)


Facts = tuple[str, int | None, int | None, float | None]


def _image(file: BinaryIO) -> Facts | None:
    try:
        with Image.open(file) as image:
            return "IMAGE", image.width, image.height, None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    finally:
        if not file.closed:
            file.seek(0)


def _video(file: BinaryIO) -> Facts | None:
    """Dimensions and duration of an MP4: `moov/mvhd` and the largest `moov/trak/tkhd`. ISO/IEC 14496-12, 8.2 and 8.3."""
    end = file.seek(0, io.SEEK_END)
    top = _boxes(file, 0, end)
    if "ftyp" not in top:
        return None
    width = height = 0
    duration_s = None
    for start, stop in top.get("moov", []):
        inner = _boxes(file, start, stop)
        for at, _ in inner.get("mvhd", []):
            duration_s = _duration(file, at)
        for track in inner.get("trak", []):
            for _, box_end in _boxes(file, *track).get("tkhd", []):
                file.seek(box_end - 8)  # the last two members are width and height, 16.16 fixed point
                across, down = struct.unpack(">II", file.read(8))
                width, height = max(width, across >> 16), max(height, down >> 16)
    return "VIDEO", width or None, height or None, duration_s


def _duration(file: BinaryIO, at: int) -> float | None:
    file.seek(at)
    is_long = file.read(4)[:1] == b"\x01"
    file.seek(16 if is_long else 8, io.SEEK_CUR)
    scale, units = struct.unpack(">IQ" if is_long else ">II", file.read(12 if is_long else 8))
    return round(units / scale, 3) if scale else None


def _boxes(file: BinaryIO, start: int, stop: int) -> dict[str, list[tuple[int, int]]]:
    """Content ranges of the boxes in `[start, stop)`, by type; a broken box ends the list."""
    found: dict[str, list[tuple[int, int]]] = {}
    while start + 8 <= stop:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        size = size or stop - start
        if size < head or start + size > stop:
            break
        found.setdefault(name.decode("latin-1"), []).append((start + head, start + size))
        start += size
    return found
