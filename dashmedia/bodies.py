"""The bytes of one PUT: exactly as many as were promised, or an error before the last of them is sent."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.errors import SourceChangedError
from dashmedia.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Up to this size a body is read whole, so that a changed file is noticed before anything is sent.
#: Eight workers then hold 128 MiB at most.
WHOLE_MAX_BYTES = 16 * MIB

#: Bytes handed to the connection at a time. It copies what one `send` leaves over, so larger blocks cost more.
BLOCK_BYTES = MIB


class Blocks(ABC):
    """A body that hands out its own blocks, such as a part of a file that is hashed while it is sent."""

    @abstractmethod
    def blocks(self) -> Iterator[memoryview]:
        """Exactly as many bytes as promised, read anew; each block is good until the next one is asked for.

        Raises:
            SourceChangedError: there are fewer, or they cannot be read.
        """


#: What can be sent: the bytes, what opens them at their beginning, or what hands out blocks.
Body = bytes | Callable[[], BinaryIO] | Blocks


@contextmanager
def open_body(body: Body, *, size: int, name: str) -> Iterator[bytes | Iterator[bytes | memoryview]]:
    """The content for one sending: bytes when small, else blocks of `BLOCK_BYTES`.

    Args:
        body: what is sent; opened anew for each sending.
        size: bytes promised to the storage.
        name: of the original, for the message.

    Raises:
        SourceChangedError: there are fewer or more bytes, or they cannot be read. From the iterator when streamed.
    """
    if isinstance(body, Blocks):
        yield body.blocks()
        return
    if isinstance(body, bytes):
        yield _whole(body, size, name)
        return
    with _open(body, size, name) as file:
        if size <= WHOLE_MAX_BYTES:
            yield _whole(_read(file, size + 1, size, name), size, name)
        else:
            yield _stream(file, size, name)


def _whole(content: bytes, size: int, name: str) -> bytes | Iterator[bytes]:
    if len(content) != size:
        seen = f"more than {size} bytes" if len(content) > size else f"{len(content)} bytes"
        raise SourceChangedError(name, seen, f"{size} bytes")
    if size <= BLOCK_BYTES:
        return content
    return (content[start : start + BLOCK_BYTES] for start in range(0, size, BLOCK_BYTES))


def _stream(file: BinaryIO, size: int, name: str) -> Iterator[bytes]:
    left = size
    while left:
        block = _read(file, min(BLOCK_BYTES, left), size, name)
        if not block:
            raise SourceChangedError(name, f"{size - left} bytes", f"{size} bytes")
        left -= len(block)
        # Asked before the last block goes out: with it the storage would take the upload for whole.
        if not left and _read(file, 1, size, name):
            raise SourceChangedError(name, f"more than {size} bytes", f"{size} bytes")
        yield block


def _open(body: Callable[[], BinaryIO], size: int, name: str) -> BinaryIO:
    try:
        return body()
    except OSError as error:
        raise _unreadable(error, size, name) from error


def _read(file: BinaryIO, most: int, size: int, name: str) -> bytes:
    """Up to `most` bytes; fewer only at the end, even from a file whose `read` may stop short."""
    blocks: list[bytes] = []
    try:
        while most > 0 and (block := file.read(most)):
            blocks.append(block)
            most -= len(block)
    except OSError as error:
        raise _unreadable(error, size, name) from error
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


def _unreadable(error: OSError, size: int, name: str) -> SourceChangedError:
    return SourceChangedError(name, f"unreadable ({error.strerror or type(error).__name__})", f"{size} bytes")
