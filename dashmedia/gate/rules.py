"""What the gate is told, and what it says of an original that passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Literal

from dashmedia.limits import MAX_IMAGE_PIXELS, MAX_SINGLE_PUT_BYTES, SOCIAL_KNOWN_TYPES
from dashmedia.sources.public import fetch_public

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.gate.copies import Copies
    from dashmedia.sources import Original


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class GateRules:
    """What an original must satisfy.

    Attributes:
        accept: content types, as found in the bytes.
        rights: `require` wants consent_evidence and rights that have not ended; `owned` is for the brand's own files.
        max_bytes: largest file.
        max_pixels: largest image, width times height.
        now: the present, UTC.
        fetch: downloads a public address, at most so many bytes.
        copies: keep what is fetched from elsewhere, so that it is fetched once; None keeps nothing.
    """

    accept: frozenset[str] = frozenset(SOCIAL_KNOWN_TYPES)
    rights: Literal["require", "owned"] = "require"
    max_bytes: int = MAX_SINGLE_PUT_BYTES
    max_pixels: int = MAX_IMAGE_PIXELS
    now: Callable[[], datetime] = _now
    fetch: Callable[[str, int], BinaryIO] = fetch_public
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a stored file is written: its size, in bytes, and its version (time or ETag) as told by its storage."""

    size: int
    version: str

    def __str__(self) -> str:
        return f"{self.size:,} bytes, version {self.version}"


@dataclass(frozen=True, slots=True)
class Checked:
    """An original that passed, with what its bytes are.

    Attributes:
        sha256: of the bytes, hex.
        md5: of the bytes, hex; what S3 answers as the ETag of a single PUT.
        size: in bytes.
        content_type: found in the bytes.
        stamp: what `open_checked` compares; None for a public address, whose bytes we do not send.
    """

    original: Original
    sha256: str
    md5: str
    size: int
    content_type: str
    stamp: Stamp | None
