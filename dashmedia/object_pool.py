"""Kept-open connections to the object storage, on the standard library's `http.client`.

A presigned URL goes out byte for byte as it was issued. The layers that `httpx` has above a socket are worth their price
for an API, but for a PUT of a photo they are most of the work.
Certificates are verified as `httpx` does it, and the environment's proxy is used as `urllib` finds it.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from dashmedia.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from urllib.parse import SplitResult

    from dashmedia.proxies import Proxy

#: Seconds in which a connection must stand.
CONNECT_S = 10.0

#: Seconds in which a block must be taken, and in which the storage must answer once it has the whole object.
SILENCE_S = 60.0

#: An idle connection is not used again after so many seconds, before servers close it in the middle of a request.
KEEPALIVE_S = 5.0

#: What can go wrong between here and there.
NETWORK_ERRORS = (OSError, HTTPException)


@dataclass(frozen=True)
class PutAnswer:
    """The storage's whole answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes


class ObjectPool:
    """Connections for any number of threads: one for each PUT under way, kept for the next to the same host.

    Args:
        connect_s: see `CONNECT_S`.
        silence_s: see `SILENCE_S`.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        silence_s: float = SILENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect_s, self._silence_s, self._clock = connect_s, silence_s, clock
        self._tls = httpx.create_ssl_context()
        self._tls.set_alpn_protocols(["http/1.1"])
        self._proxies = Proxies()
        self._idle: defaultdict[tuple[str, str], list[tuple[float, HTTPConnection]]] = defaultdict(list)
        self._lock = threading.Lock()
        self._is_open = True

    def put(self, url: str, headers: Mapping[str, str], content: bytes | Iterator[bytes]) -> PutAnswer:
        """Send and read the whole answer. Redirects are not followed.

        Raises:
            OSError, HTTPException: no whole answer came (`NETWORK_ERRORS`).
        """
        parts = urlsplit(url)
        proxy = self._proxies.towards(parts)
        connection = self._take(parts, proxy)
        is_kept = False
        try:
            answer, is_kept = _exchange(connection, *_addressed(parts, headers, proxy), content)
        finally:
            self._give_back(parts, connection, is_kept=is_kept)
        return answer

    def close(self) -> None:
        """Close the idle connections, and the others once they are done."""
        with self._lock:
            self._is_open = False
            for kept in self._idle.values():
                for _, connection in kept:
                    connection.close()
            self._idle.clear()

    def _take(self, parts: SplitResult, proxy: Proxy | None) -> HTTPConnection:
        """An idle connection to the same host, the one used last, or a new one."""
        with self._lock:
            kept = self._idle[parts.scheme, parts.netloc]
            since, connection = kept.pop() if kept else (0.0, None)
        if connection is not None and self._clock() - since < KEEPALIVE_S:
            return connection
        if connection is not None:
            connection.close()
        return self._open(parts, proxy)

    def _give_back(self, parts: SplitResult, connection: HTTPConnection, *, is_kept: bool) -> None:
        with self._lock:
            if is_kept and self._is_open:
                self._idle[parts.scheme, parts.netloc].append((self._clock(), connection))
                return
        connection.close()

    def _open(self, parts: SplitResult, proxy: Proxy | None) -> HTTPConnection:
        host, port = (proxy.host, proxy.port) if proxy else (parts.hostname or "", parts.port)
        connection = (
            HTTPSConnection(host, port, timeout=self._connect_s, context=self._tls)
            if parts.scheme == "https"
            else HTTPConnection(host, port, timeout=self._connect_s)
        )
        if proxy and parts.scheme == "https":
            connection.set_tunnel(parts.hostname or "", parts.port or 443, headers=proxy.headers)
        connection.connect()
        connection.sock.settimeout(self._silence_s)
        return connection


def _addressed(parts: SplitResult, headers: Mapping[str, str], proxy: Proxy | None) -> tuple[str, dict[str, str]]:
    """The target of the request line, untouched, and the headers; a proxy without a tunnel is told the whole URL."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if proxy and parts.scheme == "http":
        return f"http://{parts.netloc}{target}", {**headers, **proxy.headers}
    return target, dict(headers)


def _exchange(
    connection: HTTPConnection, target: str, headers: dict[str, str], content: bytes | Iterator[bytes]
) -> tuple[PutAnswer, bool]:
    """The answer, and whether the connection can be used again."""
    is_whole = True
    try:
        connection.request("PUT", target, body=content, headers=headers)
    except (BrokenPipeError, ConnectionResetError):
        # A storage that refuses may answer and close before it has taken all: its reason is worth reading.
        is_whole = False
    with connection.getresponse() as response:
        read = response.read()
    if response.status < HTTPStatus.MULTIPLE_CHOICES and response.will_close and response.length is None and not read:
        # `http.client` takes headers that end with the connection for whole ones; S3 always says how long it speaks.
        raise IncompleteRead(read)
    answer = PutAnswer(response.status, {name.lower(): value for name, value in response.getheaders()}, read)
    return answer, is_whole and not response.will_close
