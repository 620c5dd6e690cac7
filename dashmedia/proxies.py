"""The environment's HTTP proxy, as `urllib` finds it: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, or the system's."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from dashmedia.credentials import is_loopback
from dashmedia.errors import SettingsError

if TYPE_CHECKING:
    from urllib.parse import SplitResult


@dataclass(frozen=True)
class Proxy:
    """Where to connect to instead, and what the proxy wants to hear."""

    host: str
    port: int
    headers: dict[str, str] = field(repr=False)


class Proxies:
    """Read once; this machine is always reached directly."""

    def __init__(self) -> None:
        found = getproxies()
        wanted = {scheme: found.get(scheme) or found.get("all") for scheme in ("http", "https")}
        self._proxies = {scheme: _proxy(url) for scheme, url in wanted.items() if url}

    def towards(self, parts: SplitResult) -> Proxy | None:
        """The proxy for a URL, or None to go straight."""
        host = parts.hostname or ""
        proxy = self._proxies.get(parts.scheme)
        return None if proxy is None or is_loopback(host) or proxy_bypass(host) else proxy


def _proxy(url: str) -> Proxy:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname:
        raise SettingsError(
            f"The environment names a proxy that speaks {parts.scheme}; uploads go through one that is reached by http:// only."
        )
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    headers = {"Proxy-Authorization": f"Basic {b64encode(user.encode()).decode()}"} if user != ":" else {}
    return Proxy(parts.hostname, parts.port or 80, headers)
