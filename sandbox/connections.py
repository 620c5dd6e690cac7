"""Open client connections, so that a fault can cut one as a network would, and those that clients cut themselves."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from starlette.responses import Response
from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.requests import Request

Client = tuple[str, int]

#: What a request that its client gave up on is counted as: nginx's "client closed request", since HTTP has no word for it.
CLIENT_LEFT = 499


async def client_left(_: Request, __: Exception) -> Response:
    """The answer to a `ClientDisconnect`: nobody is there to read it, and nothing went wrong here."""
    return Response(status_code=CLIENT_LEFT)


class Connections:
    """Transports by client address, the `client` of an ASGI scope."""

    def __init__(self) -> None:
        self._transports: dict[Client, asyncio.Transport] = {}

    def reset(self, client: Client) -> None:
        """End the connection with a TCP RST: the peer sees "connection reset"."""
        transport = self._transports.get(client)
        if transport is None:  # the client left by itself
            return
        # Lingering for 0 s makes close send RST instead of FIN. socket(7), SO_LINGER
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def close(self, client: Client) -> None:
        """End the connection in order, after what was already written."""
        transport = self._transports.get(client)
        if transport is not None:
            transport.close()

    def protocol(self) -> type[asyncio.Protocol]:
        """An HTTP protocol for uvicorn that registers its connections here."""
        known = self._transports

        class Registered(AutoHTTPProtocol):  # type: ignore[valid-type,misc]  # chosen by uvicorn at import
            def connection_made(self, transport: asyncio.Transport) -> None:
                self._peer: Client = transport.get_extra_info("peername")[:2]
                known[self._peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(self._peer, None)
                super().connection_lost(exc)

        return Registered
