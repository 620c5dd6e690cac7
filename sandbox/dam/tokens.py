"""Who asks: a static token, or short-lived ones bought with a refresh token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.bodies import Refresh
    from sandbox.dam.store import Store
    from sandbox.dam.variant import Variant
    from sandbox.settings import Keys

#: Real life of an access token whose life is not announced, in seconds.
UNANNOUNCED_S = 3600
SUBDOMAIN = "acme"


class OAuthError(Exception):
    """The token endpoint refuses; it has a body of its own, as Auth0 writes it."""

    def __init__(self, status: int, error: str, description: str) -> None:
        self.status = status
        self.body = {"error": error, "error_description": description}
        super().__init__(description)


@dataclass
class Tokens:
    """Access tokens are signed and hold their own end, so they survive a restart without being kept.

    Attributes:
        user_id: whose they are.
        wall: Unix time in seconds.
    """

    keys: Keys
    store: Store
    user_id: str
    wall: Callable[[], float] = time.time

    @property
    def refresh_token(self) -> str:
        """The one that is good now: the first one, until a refresh rotates it."""
        return self.store.note("refresh_token") or self.keys.dash_refresh_token

    def is_good(self, authorization: str) -> bool:
        """Whether a request with this header may be answered."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer":
            return False
        return hmac.compare_digest(token.encode(), self.keys.dash_token.encode()) or self._is_signed(token)

    def refresh(self, asked: Refresh, variant: Variant) -> dict[str, Any]:
        """A new access token, and by the variant a new refresh token.

        Raises:
            OAuthError: another grant, another client, or a refresh token that is not good any more.
        """
        if asked.grant_type != "refresh_token":
            raise OAuthError(403, "unauthorized_client", f"Grant type {asked.grant_type!r} is not allowed.")
        if (asked.client_id, asked.client_secret) != (self.keys.dash_client_id, self.keys.dash_client_secret):
            raise OAuthError(401, "access_denied", "Unauthorized")
        if asked.refresh_token != self.refresh_token:
            raise OAuthError(403, "invalid_grant", "Unknown or invalid refresh token.")
        answer = {"access_token": self._issue(variant), "token_type": "Bearer"}
        announced = {} if variant.expires_in is None else {"expires_in": variant.expires_in}
        return answer | announced | {"scope": f"offline_access subdomain:{SUBDOMAIN}"} | self._rotate(variant)

    def _rotate(self, variant: Variant) -> dict[str, str]:
        if not variant.refresh_rotation:
            return {}
        fresh = secrets.token_urlsafe(24)
        self.store.keep_note("refresh_token", fresh)
        return {"refresh_token": fresh}

    def _issue(self, variant: Variant) -> str:
        life_s = UNANNOUNCED_S if variant.expires_in is None else variant.expires_in
        now = self.wall()
        claims = {"sub": self.user_id, "iat": int(now), "exp": now + life_s, "jti": secrets.token_hex(8)}
        head = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
        return f"{head}.{self._signature(head)}"

    def _is_signed(self, token: str) -> bool:
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(head).encode()):
            return False
        payload = head.partition(".")[2]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return bool(self.wall() < claims["exp"])

    def _signature(self, head: str) -> str:
        key = self.keys.dash_client_secret.encode()
        return _plain(hmac.new(key, head.encode(), hashlib.sha256).digest())


def _encoded(member: dict[str, Any]) -> str:
    return _plain(json.dumps(member, separators=(",", ":")).encode())


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
