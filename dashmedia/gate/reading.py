"""Reading an original once: its type, whether it is whole, its checksums."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.gate.boxes import INDEX_BOX, BoxWalk
from dashmedia.gate.content_type import HEAD_BYTES, find_content_type, require_accepted, require_agreement
from dashmedia.gate.images import can_decode, require_decodes
from dashmedia.limits import MAX_IMAGE_BYTES, MIB, READ_ONCE_BYTES
from dashmedia.refusals import RefusedError, Rule

if TYPE_CHECKING:
    from dashmedia.gate.rules import GateRules

#: Bytes hashed at a time: enough that hashing runs outside the interpreter's lock.
BLOCK_BYTES = MIB


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the bytes are: checksums in hex, size in bytes, content type."""

    sha256: str
    md5: str
    size: int
    content_type: str


def inspect(stream: BinaryIO, size: int, filename: str, rules: GateRules) -> Inspected:
    """Read `stream` from its beginning and check its bytes.

    Up to `READ_ONCE_BYTES` the file is read once, into memory; above, in blocks, and a still image once more to decode it.

    Raises:
        RefusedError: the rule that the bytes break; still_being_written when there are not `size` of them.
    """
    if size <= READ_ONCE_BYTES:
        data = stream.read(size + 1)
        _require_size(len(data), size)
        stream = io.BytesIO(data)
    content_type = find_type(stream, filename, rules)
    if can_decode(content_type):
        if size > MAX_IMAGE_BYTES:
            raise RefusedError(Rule.TOO_LARGE, f"a still image of {size:,} bytes, at most {MAX_IMAGE_BYTES:,}")
        stream.seek(0)
        require_decodes(stream, content_type, rules.max_pixels)
    stream.seek(0)
    return _digest(stream, size, content_type)


def find_type(stream: BinaryIO, filename: str, rules: GateRules) -> str:
    """The content type by the first bytes of `stream`.

    Raises:
        RefusedError: it is not accepted, or the name says another one.
    """
    content_type = find_content_type(stream.read(HEAD_BYTES))
    require_accepted(filename, content_type, rules.accept)
    require_agreement(filename, content_type)
    return content_type


def _digest(stream: BinaryIO, size: int, content_type: str) -> Inspected:
    # MD5 is what S3 calls a single PUT's ETag; nothing here rests on it against an attacker.
    sha256, md5, walk = hashlib.sha256(), hashlib.md5(usedforsecurity=False), BoxWalk()
    walks = content_type in INDEX_BOX and not can_decode(content_type)
    read = 0
    while block := stream.read(BLOCK_BYTES):
        read += len(block)
        sha256.update(block)
        md5.update(block)
        if walks:
            walk.feed(block)
    _require_size(read, size)
    if walks:
        walk.finish(INDEX_BOX[content_type])
    return Inspected(sha256.hexdigest(), md5.hexdigest(), size, content_type)


def _require_size(read: int, size: int) -> None:
    if read != size:
        raise RefusedError(Rule.STILL_BEING_WRITTEN, f"{size:,} bytes when looked at, {read:,} or more when read")
