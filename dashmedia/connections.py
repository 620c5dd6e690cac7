"""Our kept-open connections as a transport beneath `httpx`."""

from __future__ import annotations

from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from dashmedia.kept_connections import KeptConnections, NotConnectedError

if TYPE_CHECKING:
    from dashmedia.kept_connections import Answer


class KeptTransport(httpx.BaseTransport):
    """Sends each request on a connection of its own, kept for the next; every failure is an `httpx.RequestError`.

    Args:
        timeout: how long a connection may take to stand, and how long the service may say nothing.

    Raises:
        SettingsError: the environment names a proxy of a kind that is not supported.
    """

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._kept = KeptConnections(connect_s=timeout.connect or 0, silence_s=timeout.read or 0)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and read the whole answer.

        Raises:
            ConnectError, ConnectTimeout: nothing was sent.
            ReadError, ReadTimeout, RemoteProtocolError: the request may have arrived.
        """
        try:
            answer = self._exchange(request)
        except NotConnectedError as error:
            kind = httpx.ConnectTimeout if isinstance(error.__cause__, TimeoutError) else httpx.ConnectError
            raise kind(str(error), request=request) from error
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error), request=request) from error
        except OSError as error:
            raise httpx.ReadError(str(error), request=request) from error
        except HTTPException as error:
            raise httpx.RemoteProtocolError(f"{type(error).__name__}: {error}", request=request) from error
        # As bytes: `httpx` takes text for ASCII, and a header may hold anything.
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        return httpx.Response(answer.status, headers=headers, content=answer.content, request=request)

    def close(self) -> None:
        """Close every connection."""
        self._kept.close()

    def _exchange(self, request: httpx.Request) -> Answer:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
        return self._kept.exchange(request.method, urlsplit(str(request.url)), headers, request.read())
