"""What the service's own word about stored bytes proves."""

from __future__ import annotations

import hashlib
import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.dam.models import AssetFile

#: An ETag or checksum that is an MD5, and one that is S3's MD5 over the MD5s of so many parts. Anything else says nothing.
_MD5 = re.compile(r"[0-9a-f]{32}")
_COMPOSITE = re.compile(r"([0-9a-f]{32})-(\d+)")


class Proof(Enum):
    """How a stored file stands to ours."""

    BYTES = "the same bytes"
    SIZE = "the same size, and no checksum that could be compared"
    DIFFERS = "other bytes"
    ABSENT = "no file yet"


def is_md5(etag: str) -> bool:
    """Whether an ETag or checksum is an MD5 in hex, so that it proves bytes."""
    return _MD5.fullmatch(etag) is not None


def composite_etag(md5s: Sequence[str]) -> str:
    """What S3 gives a file made of parts: the MD5 over the MD5s of all parts, and their number.

    Args:
        md5s: hex, in the order of the parts.
    """
    whole = hashlib.md5(b"".join(bytes.fromhex(md5) for md5 in md5s), usedforsecurity=False)
    return f"{whole.hexdigest()}-{len(md5s)}"


def prove(file: AssetFile | None, *, size: int, md5: str, part_md5s: Sequence[str]) -> Proof:
    """Compare what an asset says of its file with ours.

    Args:
        file: the asset's current one.
        size: of the original, in bytes.
        md5: of the original, hex.
        part_md5s: of its parts in order, as they were sent; none when they are not known.
    """
    if file is None or (file.size is None and not file.checksum):
        return Proof.ABSENT
    if file.size not in {None, size}:
        return Proof.DIFFERS
    return _compare((file.checksum or "").strip().strip('"').lower(), md5, part_md5s)


def _compare(checksum: str, md5: str, part_md5s: Sequence[str]) -> Proof:
    if is_md5(checksum):
        return Proof.BYTES if checksum == md5 else Proof.DIFFERS
    composite = _COMPOSITE.fullmatch(checksum)
    # Of another number of parts: the storage cut the file anew, and only it knows where.
    if composite and part_md5s and int(composite[2]) == len(part_md5s):
        return Proof.BYTES if checksum == composite_etag(part_md5s) else Proof.DIFFERS
    return Proof.SIZE
