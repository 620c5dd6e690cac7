"""Connections that are kept open, on the standard library's `http.client`: what the API and the object storage are reached through.

The layers that `httpx` has above a socket cost more processor time than the small calls that an upload is made of, and
httpcore's shared pool walks over all its connections under a lock, twice a request.
Certificates are verified as `httpx` does it, and the environment's proxy is used as `urllib` finds it.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx

from dashmedia.errors import SettingsError
from dashmedia.proxies import Proxies
from dashmedia.timely_answers import ANSWER_S, TimelyResponse

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping
    from socket import socket
    from urllib.parse import SplitResult

    from dashmedia.proxies import Proxy

#: Seconds in which a connection must stand.
CONNECT_S = 10.0

#: Seconds in which a block must be taken, and in which the service must answer once it has the whole request.
SILENCE_S = 60.0

#: An idle connection is not used again after so many seconds, before servers close it in the middle of a request.
KEEPALIVE_S = 5.0

#: Up to this size, in bytes, head and body leave in one piece: a second packet wakes the server twice. Above, copying costs more.
ONE_SEND_BYTES = 64 * 1024

#: What can go wrong between here and there.
NETWORK_ERRORS = (OSError, HTTPException)


class NotConnectedError(OSError):
    """No connection stands, so nothing was sent. Its cause says why."""


@dataclass(frozen=True)
class Answer:
    """A whole answer; header names are in lower case, and of a repeated header the last one counts."""

    status: int
    headers: dict[str, str]
    content: bytes


class KeptConnections:
    """Connections for any number of threads: one for each request under way, kept for the next to the same host.

    Args:
        connect_s: see `CONNECT_S`.
        silence_s: see `SILENCE_S`.
        answer_s: see `ANSWER_S`.
        clock: seconds that only go forward.

    Raises:
        SettingsError: the environment names certificates that cannot be read, or a proxy of a kind that is not supported.
    """

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        silence_s: float = SILENCE_S,
        answer_s: float = ANSWER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect_s, self._silence_s, self._clock = connect_s, silence_s, clock
        self._response = partial(TimelyResponse, answer_s=answer_s)
        self._tls = _trusted()
        self._proxies = Proxies()
        # No lock: what a deque and a dict do here is one step each, and a lock that every request wants twice makes threads queue.
        self._idle: dict[tuple[str, str], deque[tuple[float, _Connection]]] = {}
        self._is_open = True

    def exchange(
        self, method: str, parts: SplitResult, headers: Mapping[str, str], content: bytes | Iterator[bytes | memoryview]
    ) -> Answer:
        """Send and read the whole answer. Redirects are not followed; path and query go out as they are.

        Raises:
            NotConnectedError: nothing was sent.
            OSError, HTTPException: no whole answer came (`NETWORK_ERRORS`).
        """
        proxy = self._proxies.towards(parts)
        connection = self._take(parts, proxy)
        is_kept = False
        try:
            answer, is_kept = _exchange(connection, method, *_addressed(parts, headers, proxy), content)
        finally:
            self._give_back(parts, connection, is_kept=is_kept)
        return answer

    def close(self) -> None:
        """Close the idle connections, and the others once they are done."""
        self._is_open = False
        self._close_idle()

    def _take(self, parts: SplitResult, proxy: Proxy | None) -> _Connection:
        """An idle connection to the same host, the one used last, or a new one."""
        try:
            since, connection = self._kept(parts).pop()
        except IndexError:
            return self._open(parts, proxy)
        if self._clock() - since < KEEPALIVE_S and not _has_something_to_say(connection.sock):
            return connection
        connection.close()
        return self._open(parts, proxy)

    def _give_back(self, parts: SplitResult, connection: _Connection, *, is_kept: bool) -> None:
        if not is_kept:
            connection.close()
            return
        connection.sock.settimeout(self._silence_s)  # a slow answer has shortened it
        self._kept(parts).append((self._clock(), connection))
        if not self._is_open:  # `close` may have gone by before it was put there
            self._close_idle()

    def _kept(self, parts: SplitResult) -> deque[tuple[float, _Connection]]:
        return self._idle.setdefault((parts.scheme, parts.netloc), deque())

    def _close_idle(self) -> None:
        for kept in list(self._idle.values()):
            with suppress(IndexError):
                while True:
                    kept.pop()[1].close()

    def _open(self, parts: SplitResult, proxy: Proxy | None) -> _Connection:
        # Always with a port: `http.client` would look for one in the address, and find the end of an IPv6 one.
        own_port = parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)
        host, port = (proxy.host, proxy.port) if proxy else (parts.hostname or "", own_port)
        connection: _Connection = (
            _TlsConnection(host, port, timeout=self._connect_s, context=self._tls)
            if parts.scheme == "https"
            else _PlainConnection(host, port, timeout=self._connect_s)
        )
        if proxy and parts.scheme == "https":
            connection.set_tunnel(parts.hostname or "", own_port, headers=proxy.headers)
        try:
            connection.connect()
        except NETWORK_ERRORS as error:
            connection.close()
            raise NotConnectedError(f"{type(error).__name__}: {error}") from error
        connection.sock.settimeout(self._silence_s)
        connection.response_class = self._response  # type: ignore[assignment]  # it is only called
        return connection


def _require_final(response: TimelyResponse, read: bytes) -> None:
    if response.status < HTTPStatus.OK:
        # RFC 9110, 15.2: the final answer follows, on this connection. `http.client` takes all but a 100 for it, and the next request would
        # get what belongs to this one.
        raise HTTPException(f"an interim answer, {response.status}, came in the place of the final one")
    is_success = response.status < HTTPStatus.MULTIPLE_CHOICES
    if is_success and response.will_close and response.length is None and not (read or response.chunked):
        # `http.client` takes headers that end with the connection for whole ones; the services always say how long they speak.
        raise IncompleteRead(read)


class _PlainConnection(HTTPConnection):
    """One that can send head and body in one piece."""

    _held: list[bytes] | None = None

    def request_at_once(self, method: str, target: str, headers: dict[str, str], content: bytes) -> None:
        """As `request`, with one `send`."""
        self._held = []
        try:
            self.request(method, target, body=content, headers=headers)
        finally:
            whole, self._held = b"".join(self._held), None
        self.send(whole)

    def send(self, data: Any) -> None:
        """Send, or hold back what `request_at_once` is putting together."""
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _TlsConnection(_PlainConnection, HTTPSConnection):
    """The same, encrypted."""


_Connection = _PlainConnection


def _trusted() -> ssl.SSLContext:
    """What vouches for the other side, by the environment as it is now."""
    file = os.environ.get("SSL_CERT_FILE")
    try:
        changed_ns = Path(file).stat().st_mtime_ns if file else 0
        return _certificates(file, os.environ.get("SSL_CERT_DIR"), changed_ns)
    except OSError as error:
        raise SettingsError(
            f"SSL_CERT_FILE names {file}, which cannot be read as certificates ({error.strerror or error}). Name a file in "
            "PEM form that can, or unset it to trust the usual authorities."
        ) from error


@lru_cache(4)
def _certificates(_file: str | None, _folder: str | None, _changed_ns: int) -> ssl.SSLContext:
    """Read once for each setting of the environment: there are many certificates, which takes 0.1 s."""
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _has_something_to_say(sock: socket) -> bool:
    """Whether an idle connection can be read: then the other side has closed it, or speaks out of turn."""
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        return bool(poller.poll(0))
    return bool(select.select([sock], [], [], 0)[0])  # Windows


def _addressed(parts: SplitResult, headers: Mapping[str, str], proxy: Proxy | None) -> tuple[str, dict[str, str]]:
    """The target of the request line, untouched, and the headers; a proxy without a tunnel is told the whole URL."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if proxy and parts.scheme == "http":
        return f"http://{parts.netloc}{target}", {**headers, **proxy.headers}
    return target, dict(headers)


def _exchange(
    connection: _Connection,
    method: str,
    target: str,
    headers: dict[str, str],
    content: bytes | Iterator[bytes | memoryview],
) -> tuple[Answer, bool]:
    """The answer, and whether the connection can be used again."""
    is_whole = True
    try:
        if isinstance(content, bytes) and len(content) <= ONE_SEND_BYTES:
            connection.request_at_once(method, target, headers, content)
        else:
            connection.request(method, target, body=content, headers=headers)
    except (BrokenPipeError, ConnectionResetError):
        # A server that refuses may answer and close before it has taken all: its reason is worth reading.
        is_whole = False
    with cast("TimelyResponse", connection.getresponse()) as response:
        read = response.whole()
    _require_final(response, read)
    answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, read)
    return answer, is_whole and not response.will_close
