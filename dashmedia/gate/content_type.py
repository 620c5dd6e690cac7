"""What a file is, by its bytes, and whether its name says the same.

The types a media library deals in are told apart here, in microseconds. `puremagic` (1.2 ms a call, and it does not know
the MP4 brands iso2 to iso6, mp41, avc1) only names the strangers, so that a refusal says "application/pdf" and not "unknown".
"""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

import puremagic

from dashmedia.refusals import RefusedError, Rule

#: Bytes from the beginning of a file that tell its type.
HEAD_BYTES = 64 * 1024

UNKNOWN = "application/octet-stream"

#: Extensions that may stand for a type; the first is the usual one.
EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif", ".hif"),
    "image/heif": (".heif", ".heic", ".hif"),
    "image/avif": (".avif",),
    "image/tiff": (".tif", ".tiff"),
    "image/jp2": (".jp2",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov", ".qt"),
    "video/3gpp": (".3gp",),
    "video/3gpp2": (".3g2",),
    "audio/mp4": (".m4a", ".m4b"),
}

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
)

#: Brands of an ISO base media file (`ftyp`), by their first letters. MP4 registration authority, list of brands.
_BRANDS = (
    ("qt  ", "video/quicktime"),
    (("heic", "heix", "hevc", "hevx", "heim", "heis"), "image/heic"),
    (("avif", "avis"), "image/avif"),
    (("mif1", "msf1"), "image/heif"),
    (("M4A ", "M4B ", "M4P "), "audio/mp4"),
    ("3gp", "video/3gpp"),
    ("3g2", "video/3gpp2"),
    (("iso", "mp4", "avc", "M4V", "MSNV", "dash", "f4v ", "mmp4", "XAVC", "NDS"), "video/mp4"),
)

#: First boxes of QuickTime files older than `ftyp`.
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"pnot"})

#: Below this puremagic has matched two bytes or fewer, which happens by chance.
_SURE = 0.3

#: Control bytes up to this one do not occur in texts.
_LAST_BINARY = 8


def find_content_type(head: bytes) -> str:
    """The content type that the first `HEAD_BYTES` of a file show; `UNKNOWN` when they show none."""
    for signature, content_type in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _type_of_brands(head)
    if head[4:8] in _QUICKTIME_BOXES:
        return "video/quicktime"
    return _name_stranger(head)


def require_accepted(filename: str, content_type: str, accept: frozenset[str]) -> None:
    """Raises `RefusedError` type_not_accepted, with the type found and what the name pretends."""
    if content_type in accept:
        return
    named = _types_of_name(filename)
    found = "an unknown type" if content_type == UNKNOWN else content_type
    pretence = f" although its name ends in {_suffix(filename)}" if named and content_type not in named else ""
    raise RefusedError(Rule.TYPE_NOT_ACCEPTED, f"{found}{pretence}; accepted are {', '.join(sorted(accept))}")


def require_agreement(filename: str, content_type: str) -> None:
    """Raises `RefusedError` when the extension stands for another type; an extension that says nothing agrees with all."""
    named = _types_of_name(filename)
    if named and content_type not in named:
        seen = f"its name ends in {_suffix(filename)}, its bytes are {content_type}"
        raise RefusedError(Rule.NAME_AND_BYTES_DISAGREE, seen)


def _suffix(filename: str) -> str:
    return PurePosixPath(filename).suffix.lower()


def _types_of_name(filename: str) -> set[str]:
    suffix = _suffix(filename)
    if ours := {content_type for content_type, suffixes in EXTENSIONS.items() if suffix in suffixes}:
        return ours
    guess, _ = mimetypes.guess_type(f"x{suffix}")
    return {guess} if guess else set()


def _type_of_brands(head: bytes) -> str:
    """By the major brand; where that is unknown or only says "some HEIF", by the compatible ones."""
    size = min(int.from_bytes(head[:4], "big"), 512)
    brands = [head[at : at + 4].decode("latin-1") for at in (8, *range(16, size, 4))]
    found = [t for brand in brands for letters, t in _BRANDS if brand.startswith(letters)]
    if not found:
        return UNKNOWN
    if found[0] == "image/heif":
        return next((t for t in found if t in {"image/heic", "image/avif"}), "image/heif")
    return found[0]


def _name_stranger(head: bytes) -> str:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:  # up to 1.30; later versions answer with an empty list
        matches = []
    # puremagic files JPEG 2000 under image/jpeg: what is ours was recognised above or is not it.
    for match in matches:
        if match.mime_type and match.confidence >= _SURE and match.mime_type not in _OURS:
            return str(match.mime_type)
    return "text/plain" if _is_text(head) else UNKNOWN


_OURS = {content_type for _, content_type in _SIGNATURES} | {"image/webp", "video/mp4"}


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode()  # the cut may have split the last character
    except UnicodeDecodeError:
        return False
    return min(head, default=0) > _LAST_BINARY
