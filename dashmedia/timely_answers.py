"""Answers that are whole in time and of a bearable size.

A time-out of a socket is about silence, which an answer that trickles never keeps; and the standard library makes room for whatever
size an answer announces, before any of it has come (`HTTPResponse.read`, Python 3.11 to 3.13).
"""

from __future__ import annotations

import time
from http.client import HTTPException, HTTPResponse, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from socket import socket

#: Seconds in which an answer must be whole. The largest that is asked for, a page of 1,000 rows, comes in that time at 2 KB/s.
ANSWER_S = 300.0

#: Bytes that an answer has at most, its head included. No answer that is asked for comes near it; see `ANSWER_S`.
ANSWER_BYTES_MAX = 128 * 1024 * 1024

#: Bytes that are asked of the connection at once.
PIECE_BYTES = 1024 * 1024


class TimelyResponse(HTTPResponse):
    """An answer that is whole within `answer_s` seconds from now, or a `TimeoutError`; read by `whole`, it is of a bearable size, too."""

    def __init__(self, sock: socket, *args: Any, answer_s: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = BufferedReader(_UntilThen(self.fp.detach(), sock, answer_s))

    def whole(self) -> bytes:
        """All of its content.

        Raises:
            IncompleteRead: it ended before the size that it announced.
            HTTPException: it is larger than `ANSWER_BYTES_MAX`, or says so, or its chunks have sizes that make no sense.
        """
        if (self.length or 0) > ANSWER_BYTES_MAX:
            raise _too_large()
        pieces = []
        while piece := self._piece():
            pieces.append(piece)
        if self.length:
            raise IncompleteRead(b"".join(pieces), self.length)
        return b"".join(pieces)

    def _piece(self) -> bytes:
        try:
            return self.read(PIECE_BYTES)
        except (ValueError, OverflowError) as error:
            raise HTTPException("a chunk of the answer has a size that makes no sense") from error


def _too_large() -> HTTPException:
    return HTTPException(f"the answer has more than {ANSWER_BYTES_MAX:,} bytes")


class _UntilThen(RawIOBase):
    """The bytes of a socket for so many seconds; the silence that it allows is shortened to what is left of them. And so many bytes at most."""

    def __init__(self, raw: RawIOBase, sock: socket, seconds: float) -> None:
        self._raw, self._sock, self._seconds = raw, sock, seconds
        self._ends_at = time.monotonic() + seconds
        self._read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError(f"the answer was not whole after {self._seconds:g} s")
        if left_s < (self._sock.gettimeout() or 0):
            self._sock.settimeout(left_s)
        count = self._raw.readinto(buffer)
        self._read_bytes += count or 0
        if self._read_bytes > ANSWER_BYTES_MAX:
            raise _too_large()
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
