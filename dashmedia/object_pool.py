"""PUTs to the object storage: a presigned URL goes out byte for byte as it was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dashmedia.kept_connections import CONNECT_S, KEEPALIVE_S, NETWORK_ERRORS, SILENCE_S, Answer, KeptConnections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CONNECT_S", "KEEPALIVE_S", "NETWORK_ERRORS", "SILENCE_S", "ObjectPool"]


class ObjectPool(KeptConnections):
    """Connections to storages, whichever hosts the URLs name."""

    def put(self, url: str, headers: Mapping[str, str], content: bytes | Iterator[bytes | memoryview]) -> Answer:
        """Send and read the whole answer. Redirects are not followed.

        Raises:
            OSError, HTTPException: no whole answer came (`NETWORK_ERRORS`).
        """
        return self.exchange("PUT", urlsplit(url), headers, content)
