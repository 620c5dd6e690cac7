"""Puts bytes where a presigned URL says. No token ever goes there: the URL is the permission."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from dashmedia import __version__
from dashmedia.bodies import open_body
from dashmedia.errors import DashMediaError, TransientError
from dashmedia.object_pool import CONNECT_S, NETWORK_ERRORS, SILENCE_S, ObjectPool
from dashmedia.redaction import redact
from dashmedia.retry import Repeater, RetryPolicy
from dashmedia.storage_answers import etag_of, judge_put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dashmedia.bodies import Body
    from dashmedia.rate import RequestTally

#: Name of the call in the tally.
ENDPOINT = "PUT storage"


class Storage:
    """PUTs to presigned URLs, from any number of threads.

    Args:
        tally: counts every request that is sent.
        retry: limits of the repeats of one PUT.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.
        wall: seconds since 1970.
        jitter: a number from 0 to 1.
        connect_s: seconds in which a connection must stand.
        silence_s: seconds in which a block must be taken, and in which the storage must answer once it has all.
    """

    def __init__(  # the time sources are arguments so that nothing needs patching
        self,
        *,
        tally: RequestTally,
        retry: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        connect_s: float = CONNECT_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._tally, self._wall = tally, wall
        self._repeater = Repeater(retry or RetryPolicy(), sleep, clock, jitter)
        self._pool = ObjectPool(connect_s=connect_s, silence_s=silence_s, clock=clock)

    def put(  # what is sent, where, and what it is called
        self,
        url: str,
        body: Body,
        *,
        size: int,
        content_type: str | None,
        name: str,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Store the bytes; the ETag without quotes, never empty.

        For a plain single PUT the ETag is the MD5 of the bytes in hex; comparing them is the caller's.

        Args:
            url: presigned, sent exactly as it is.
            body: the bytes, what opens them at their beginning, or `Blocks`; opened again for each repeat.
            size: bytes in the body, at most 5 GiB; sent as `Content-Length`, never chunked.
            content_type: the very one for which the URL was issued; None sends none, as for a part.
            name: of the original or the part, for messages.
            headers: further ones to send, such as `Content-MD5`.

        Raises:
            UploadUrlExpiredError: ask for a new URL and put again.
            StorageRefusedError: repeating changes nothing.
            SourceChangedError: the body has fewer or more bytes than `size`, or cannot be read.
            TransientError: not stored within the time budget, or no ETag says so.
        """
        every = {"Content-Length": str(size), "User-Agent": f"dashmedia/{__version__}", **(headers or {})}
        if content_type is not None:
            every["Content-Type"] = content_type

        def attempt() -> str:
            with open_body(body, size=size, name=name) as content:
                answer = self._send(url, every, content, name)
            if isinstance(answer, DashMediaError):
                raise answer
            return answer

        return self._repeater.run(attempt)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _send(
        self, url: str, headers: Mapping[str, str], content: bytes | Iterator[bytes | memoryview], name: str
    ) -> str | DashMediaError:
        """One PUT: its ETag, or the error as a value, so that no exception with the URL inside is chained to it."""
        self._tally.add(ENDPOINT)
        try:
            answer = self._pool.put(url, headers, content)
        except NETWORK_ERRORS as error:
            return TransientError(f"PUT {name}", redact(f"no whole answer came ({type(error).__name__}: {error})"))
        refused = judge_put(name, answer.status, answer.headers, answer.content, url=url, now=self._wall())
        return refused or etag_of(answer.headers)
