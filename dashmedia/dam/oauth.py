"""Access tokens bought with a refresh token: shortly before the old one ends, and once when it is refused."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import SecretStr

from dashmedia.credentials import check_token
from dashmedia.dam import wire
from dashmedia.errors import ContractError, RefreshRefusedError, RejectedError, SettingsError
from dashmedia.limits import DAM_TOKEN_LIFE_S
from dashmedia.members import as_object, as_text, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.http import Api

log = logging.getLogger(__name__)

#: A token is renewed so long before its end, in seconds, or a tenth of its life if that is less.
EARLY_S = 300.0


class RefreshTokens(Protocol):
    """Where refresh tokens are kept between runs, and for other processes."""

    def keep(self, token: SecretStr) -> None:
        """Keep a new one: the one before may be worthless from now on."""

    def latest(self) -> SecretStr | None:
        """The one that is kept now; None when that cannot be told."""


class RefreshedToken:
    """A token source for any number of threads; however many need a new token, it is bought once.

    Args:
        login: the API of the login; it sends no token.
        client_id: of the app.
        client_secret: of the app.
        refresh_token: the one to start with.
        access_token: used until it is refused; None buys one at first use.
        kept: is handed each new refresh token, before the access token that came with it is used. The old one may be
            worthless from then on, so an error in `keep` comes out of the call that bought the token. It is asked for the
            latest one when ours is refused: another process may have been given it meanwhile.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        login: Api,
        *,
        client_id: str,
        client_secret: SecretStr,
        refresh_token: SecretStr,
        access_token: SecretStr | None = None,
        kept: RefreshTokens | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._login = login
        self._client_id, self._client_secret = client_id, client_secret
        self._refresh_token = refresh_token
        self._access_token = access_token
        self._renew_at = math.inf
        self._kept, self._clock = kept, clock
        self._lock = threading.Lock()

    def current(self) -> SecretStr:
        """The access token, a new one if there is none or it ends soon.

        Raises:
            RefreshRefusedError: the login gives none.
            TransientError: the login does not answer.
            ContractError: its answer holds no token.
        """
        with self._lock:
            if self._access_token is None or self._clock() >= self._renew_at:
                return self._buy()
            return self._access_token

    def renewed(self, refused: SecretStr) -> SecretStr:
        """Another access token in the place of `refused`; the one that another thread bought meanwhile will do.

        Raises:
            RefreshRefusedError, TransientError, ContractError: see `current`.
        """
        with self._lock:
            if self._access_token is None or self._access_token == refused:
                return self._buy()
            return self._access_token

    def _buy(self) -> SecretStr:
        try:
            answer = self._ask()
        except RefreshRefusedError:
            if not self._has_another():
                raise
            answer = self._ask()
        access_token, life_s = read_token(answer), read_life_s(answer)
        self._access_token = access_token
        self._renew_at = self._clock() + life_s - min(EARLY_S, life_s / 10)
        log.info("a new access token is good for %.0f s", life_s)
        rotated = as_text(answer.get("refresh_token"))
        if rotated and rotated != self._refresh_token.get_secret_value():
            self._refresh_token = SecretStr(rotated)
            if self._kept:
                self._kept.keep(self._refresh_token)
        return access_token

    def _has_another(self) -> bool:
        """Whether another refresh token is kept by now; it is ours from then on."""
        latest = self._kept.latest() if self._kept else None
        if latest is None or latest == self._refresh_token:
            return False
        log.info("the refresh token was refused, and another one is kept by now; it is tried instead")
        self._refresh_token = latest
        return True

    def _ask(self) -> dict[str, Any]:
        secrets = (self._client_secret, self._refresh_token)
        body = wire.refresh_body(self._client_id, *(secret.get_secret_value() for secret in secrets))
        try:
            # Repeated after a lost answer too: should the old refresh token be worthless by then, nothing else is left to try.
            answer = self._login.call("POST", wire.TOKEN_PATH, endpoint=wire.TOKEN, body=body, secrets=secrets)
        except RejectedError as error:
            raise RefreshRefusedError(error.endpoint, error.status, error.words) from error
        return as_object(answer)


def read_token(answer: dict[str, Any]) -> SecretStr:
    """The access token of an answer.

    Raises:
        ContractError: there is none, or no header can carry it.
    """
    try:
        return check_token("access_token", SecretStr(as_text(answer.get("access_token")) or ""))
    except SettingsError as error:
        raise ContractError(wire.TOKEN, "access_token", describe(answer), "a token in ASCII without blanks") from error


def read_life_s(answer: dict[str, Any]) -> float:
    """How long the token lives, in seconds; `DAM_TOKEN_LIFE_S` when the answer does not say it in a way that makes sense."""
    try:
        life_s = float(answer.get("expires_in") or math.nan)
    except (TypeError, ValueError, OverflowError):
        return DAM_TOKEN_LIFE_S
    return life_s if 0 < life_s < math.inf else DAM_TOKEN_LIFE_S
