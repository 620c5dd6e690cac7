"""Whether a still image is whole: it is decoded, after its pixels were counted."""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, ImageSequence
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from dashmedia.gate.jpeg import baseline_of
from dashmedia.limits import MIB
from dashmedia.refusals import RefusedError, Rule

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from dashmedia.gate.jpeg import Baseline

#: The classes themselves, not `Image.open`: that guesses among all formats, and warns about large images by a global
#: limit before we can count their pixels against our own.
_DECODERS: dict[str, type[ImageFile]] = {
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/gif": GifImageFile,
    "image/webp": WebPImageFile,
    "image/tiff": TiffImageFile,
}

#: Above this an image waits for its turn: 100 million pixels are 400 MB, and eight workers would need eight times that.
LARGE_PIXELS = 16_000_000

#: End of image. Compressed data cannot hold it: there, 0xFF is followed by 0x00. ITU T.81, B.1.1.5.
_JPEG_END = b"\xff\xd9"

_one_large_at_a_time = threading.Lock()

# Remarks about odd EXIF blocks and the like; whether the image decodes is said by exceptions. Set once here, because
# `catch_warnings` is not safe in threads.
warnings.filterwarnings("ignore", module=r"PIL\.")


def can_decode(content_type: str) -> bool:
    """Whether this type of still image is decoded; HEIC and AVIF have no decoder everywhere, so their boxes must do."""
    return content_type in _DECODERS


def require_decodes(stream: BinaryIO, content_type: str, max_pixels: int) -> None:
    """Decode a whole image; of a JPEG the brightness at an eighth of the size, for which all its data must be read.

    Of a baseline JPEG in memory, as much as a decoder can object to (`baseline_of`). Of an animation, frames are decoded up
    to `max_pixels` in sum.

    Raises:
        RefusedError: too_many_pixels, before anything is decoded, or does_not_decode with Pillow's words.
    """
    try:
        if (
            content_type == "image/jpeg"
            and isinstance(stream, io.BytesIO)
            and (whole := baseline_of(stream.getvalue()))
        ):
            _require_pixels(whole, max_pixels)
            _decode_from(io.BytesIO(whole.sample), content_type, max_pixels)
        else:
            _require_end(stream, content_type, _decode_from(stream, content_type, max_pixels))
    except RefusedError:
        raise
    except MemoryError as error:
        raise RefusedError(Rule.TOO_MANY_PIXELS, "decoding it needs more memory than this machine has") from error
    except Image.DecompressionBombError as error:  # some decoders count by Pillow's limit while they read the header
        raise RefusedError(Rule.TOO_MANY_PIXELS, str(error)) from error
    except Exception as error:  # Pillow's decoders raise whatever damaged bytes lead them to
        raise RefusedError(Rule.DOES_NOT_DECODE, str(error) or type(error).__name__) from error


def _decode_from(stream: BinaryIO, content_type: str, max_pixels: int) -> int:
    """Where the compressed data begin."""
    with _DECODERS[content_type](stream) as image:
        _require_pixels(image, max_pixels)
        data_at = stream.tell()
        with _turn(image.width * image.height):
            _decode(image, max_pixels)
    return data_at


def _require_pixels(image: ImageFile | Baseline, max_pixels: int) -> None:
    pixels = image.width * image.height
    if pixels > max_pixels:
        seen = f"{image.width:,} by {image.height:,} are {pixels:,} pixels, at most {max_pixels:,}"
        raise RefusedError(Rule.TOO_MANY_PIXELS, seen)


def _turn(pixels: int) -> AbstractContextManager[object]:
    return _one_large_at_a_time if pixels > LARGE_PIXELS else nullcontext()


def _decode(image: ImageFile, max_pixels: int) -> None:
    if isinstance(image, JpegImageFile):
        image.draft("L", (1, 1))
        image.load()
        return
    decoded = 0
    for frame in ImageSequence.Iterator(image):
        frame.load()
        decoded += frame.width * frame.height
        if decoded + frame.width * frame.height > max_pixels:
            return


def _require_end(stream: BinaryIO, content_type: str, data_at: int) -> None:
    """What decoders overlook: they take zeros for grey, stop before the last marker, and a short animation for a whole one."""
    if content_type == "image/jpeg":
        whole = _holds(stream, data_at, _JPEG_END)
    elif content_type == "image/png":
        whole = _png_has_end(stream)
    elif content_type == "image/gif":
        stream.seek(0)
        whole = stream.read().rstrip(b"\0\r\n").endswith(b";")
    else:
        return
    if not whole:
        raise RefusedError(Rule.DOES_NOT_DECODE, "its end is missing")


def _holds(stream: BinaryIO, start: int, mark: bytes) -> bool:
    """Whether `mark` stands anywhere behind `start`; read in blocks."""
    stream.seek(start)
    before = b""
    while block := stream.read(MIB):
        if mark in before + block:
            return True
        before = block[1 - len(mark) :]
    return False


def _png_has_end(stream: BinaryIO) -> bool:
    """Every chunk's checksum is right, and the last one's is there."""
    stream.seek(0)
    with PngImageFile(stream) as image:
        image.verify()
    return len(stream.read(4)) == 4  # noqa: PLR2004 - a CRC-32 has four bytes
