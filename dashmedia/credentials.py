"""Where a token may go, and what a token and a base URL look like."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from dashmedia.errors import SettingsError


class TokenSource(Protocol):
    """Where an `Api` takes its token from, for each call; used from several threads at once."""

    def current(self) -> SecretStr:
        """The token to send now. May send requests of its own, elsewhere."""

    def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Another token in the place of one that was answered with 401; None when there is no other."""


class FixedToken:
    """A token that stays as it is.

    Raises:
        SettingsError: no HTTP header can carry it.
    """

    def __init__(self, token: SecretStr) -> None:
        self._token = check_token("token", token)

    def current(self) -> SecretStr:
        """See `TokenSource`."""
        return self._token

    def renewed(self, refused: SecretStr) -> None:  # noqa: ARG002  # the protocol's
        """There is no other."""
        return


class BearerFor:
    """Adds the Bearer token to requests of one origin and to no other, whatever URL a request was built with."""

    def __init__(self, base_url: str, token: SecretStr) -> None:
        self._origin = _origin_of(base_url)
        self._token = token

    def add_to(self, request: httpx.Request) -> None:
        """Set the header, or nothing when the request goes elsewhere."""
        if _origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"


def check_base_url(name: str, url: str) -> str:
    """`url` without a trailing slash.

    Args:
        name: the setting it comes from, for the message.
        url: https, or http towards this machine.

    Raises:
        SettingsError: it is no URL, would send the token unencrypted, or carries a user, query or fragment.
    """
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise SettingsError(f"{name} is not a URL: {error}. Write it as https://host.") from error
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise SettingsError(f"{name} carries a user, query or fragment; write only https://host and, if any, a path.")
    if not parsed.host or not (parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))):
        raise SettingsError(f"{name} is {url!r}; expected https://…, since the token travels with every request.")
    return str(parsed).rstrip("/")


def check_token(name: str, token: SecretStr) -> SecretStr:
    """The token without blanks around it.

    Raises:
        SettingsError: it is empty, or holds what no HTTP header can carry.
    """
    text = token.get_secret_value().strip()
    if not text:
        raise SettingsError(f"{name} is empty; expected the API key from the Developer section of the app.")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise SettingsError(
            f"{name} holds a blank or a character outside ASCII; expected the key alone, without “Bearer” or quotes."
        )
    return SecretStr(text)


def is_uploadable(text: str) -> bool:
    """Whether bytes may go to this URL: https, or http towards this machine.

    And printable ASCII without blanks, so that it can go out exactly as it is.
    """
    if not (text.isascii() and text.isprintable()) or " " in text:
        return False
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        return False
    return bool(host) and (url.scheme == "https" or (url.scheme == "http" and is_loopback(host or "")))


def is_loopback(host: str) -> bool:
    """True for this machine, by name or address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


@lru_cache(16)
def _origin_of(base_url: str) -> tuple[str, str, int | None]:
    return _origin(httpx.URL(base_url))
