from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field

import httpx
import pytest
import trustme
from pydantic import SecretStr

from dashmedia.dam.client import DashClient
from dashmedia.http import Api
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.redaction import TRANSPORT_LOGGERS

#: 2026-11-21 12:00:00 UTC.
NOON = 1_795_262_400.0


@dataclass
class FakeTime:
    """Goes forward only when somebody sleeps."""

    now: float = 1_000.0
    naps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return NOON + self.now - 1_000.0

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    @property
    def args(self):
        return {"clock": self.clock, "wall": self.wall, "sleep": self.sleep}


class RawServer:
    """Answers requests over real TCP, one entry of `script` each, the last one for ever.

    An entry is the bytes to send; `None` resets the connection instead; a `("cut", bytes)` pair sends and closes;
    `"stall"` says nothing until the client gives up; `("early", bytes)` answers and closes without reading the body.
    """

    def __init__(self, *script, tls=None):
        self.script = list(script)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = []
        self._stopped = False
        if tls is not None:
            self._listener = tls.wrap_socket(self._listener, server_side=True)
        self.origin = f"http{'s' if tls else ''}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def connections(self):
        return len(self._sockets)

    def wait_until_idle_ones_are_closed(self):
        """After answers of the kind "cut" only: the others' connections stay open."""
        for thread in self._threads[1:]:
            thread.join(5)

    def stop(self):
        self._stopped = True
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._stopped:
                    return
                continue  # a client that did not like the certificate
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._sockets.append(connection)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
            while head := stream.readline():
                headers = {}
                while (line := stream.readline()).strip():
                    name, _, value = line.decode("latin-1").partition(":")
                    headers[name.lower()] = value.strip()
                if not self._answer(connection, stream, head.decode("latin-1").strip(), headers):
                    return

    def _answer(self, connection, stream, head, headers):
        with self._lock:
            entry = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        kind, content = entry if isinstance(entry, tuple) else ("whole", entry)
        body = b"" if kind == "early" else stream.read(int(headers.get("content-length", 0)))
        self.requests.append((head, headers, body))
        if entry is None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if entry == "stall":
            stream.read(1)
            return False
        connection.sendall(content)
        return kind == "whole"


def answer(status=200, body=b"", **headers):
    """The bytes of one HTTP answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
def fake_time():
    return FakeTime()


@pytest.fixture
def played(fake_time):
    """A client of the DAM whose service is a function, for what a client decides by itself."""

    @contextlib.contextmanager
    def over(service):
        api = Api(
            "https://dash.example",
            SecretStr("tok-5ecret"),
            budget=RateBudget(100_000, **fake_time.args),
            tally=RequestTally(),
            transport=httpx.MockTransport(service),
            **fake_time.args,
        )
        with contextlib.closing(api):
            yield DashClient(api)

    return over


@pytest.fixture
def unfiltered_loggers():
    """The transports' loggers as they are before anything of ours is opened."""
    loggers = [logging.getLogger(name) for name in TRANSPORT_LOGGERS]
    kept = [logger.filters[:] for logger in loggers]
    for logger in loggers:
        logger.filters.clear()
    yield
    for logger, filters in zip(loggers, kept, strict=True):
        logger.filters[:] = filters


@pytest.fixture
def http_answer():
    return answer


@pytest.fixture
def own_authority():
    """A certificate authority that nobody trusts yet, and a server context with its certificate for 127.0.0.1."""
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    return authority, tls


@pytest.fixture
def raw_server():
    """Starts servers that play a script; all are stopped at the end."""
    started = []

    def start(*script, tls=None):
        started.append(RawServer(*script, tls=tls))
        return started[-1]

    yield start
    for server in started:
        server.stop()
