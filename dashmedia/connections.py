"""One connection for each thread, behind one `httpx.Client`.

httpcore's shared pool walks over all its connections under a lock, and polls each idle one's socket, twice a request. With 32
threads that was most of a small call's processor time. A thread has one request under way at most, so one connection of
its own is all it can use.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from dashmedia.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)


class ThreadTransport(httpx.BaseTransport):
    """Gives each thread a transport of its own; closing it closes them all.

    Args:
        make: a new transport; called once for each thread.
    """

    def __init__(self, make: Callable[[], httpx.BaseTransport]) -> None:
        self._make = make
        self._local = threading.local()
        self._made: list[httpx.BaseTransport] = []
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on the calling thread's connection."""
        return self._own().handle_request(request)

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            made, self._made = self._made, []
        for transport in made:
            transport.close()

    def _own(self) -> httpx.BaseTransport:
        own: httpx.BaseTransport | None = getattr(self._local, "transport", None)
        if own is None:
            own = self._local.transport = self._make()
            with self._lock:
                self._made.append(own)
        return own


def connect_to(base_url: str) -> ThreadTransport:
    """Connections to one origin, through the environment's proxy where there is one; certificates are always checked.

    Raises:
        SettingsError: the environment names a proxy of a kind that is not supported.
    """
    proxy = Proxies().towards(urlsplit(base_url))
    through = httpx.Proxy(f"http://{proxy.host}:{proxy.port}", headers=proxy.headers) if proxy else None
    # Read once: it holds every root certificate, which takes 0.1 s.
    certificates = httpx.create_ssl_context()
    return ThreadTransport(lambda: httpx.HTTPTransport(verify=certificates, limits=ONE, proxy=through))
