"""One transport for a JSON API: Bearer token, repeats, shared rate budget, and one error class per thing to do."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr

from dashmedia import __version__
from dashmedia.answers import TOO_MANY, UNTOUCHED_STATUSES, judge, read_json
from dashmedia.connections import KeptTransport
from dashmedia.credentials import BearerFor, FixedToken, check_base_url
from dashmedia.errors import AuthError, DashMediaError, OutcomeUnknownError, TransientError
from dashmedia.redaction import HIDDEN, install_redaction, redact
from dashmedia.retry import Repeat, Repeater, RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashmedia.credentials import TokenSource
    from dashmedia.rate import RateBudget, RequestTally

__all__ = ["Api", "Repeat", "RetryPolicy"]

#: Seconds. A server that says nothing for a minute is taken for gone; a free connection is waited for as long.
TIMEOUT = httpx.Timeout(connect=10, read=60, write=60, pool=60)

#: URLs kept parsed: taking one apart costs as much as sending the request. Beyond the paths that a run uses again and again.
PARSED_URLS = 256

#: After a 429 that names no time, every thread pauses for so long, in seconds.
UNNAMED_PAUSE_S = 1.0

#: The request was never handed over, so even one that creates something may be sent again.
NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class Sending:
    """One request with all that its repeats need to know."""

    request: httpx.Request = field(repr=False)
    endpoint: str
    repeat: Repeat
    token: SecretStr | None
    secrets: tuple[SecretStr, ...]

    def addressed_to(self, base_url: str) -> httpx.Request:
        """The request with its token, if it goes where the token may go."""
        if self.token is not None:
            BearerFor(base_url, self.token).add_to(self.request)
        return self.request

    def hide_secrets(self, content: bytes) -> bytes:
        """An answer that may quote the request, without what must not be read."""
        for secret in (self.token, *self.secrets):
            if secret:
                content = content.replace(secret.get_secret_value().encode(), HIDDEN.encode())
        return content


class Api:
    """A JSON API at one base URL, for any number of threads.

    Args:
        base_url: https, or http towards this machine; the token goes to this origin only, and no redirect is followed.
        token: sent as `Authorization: Bearer`; a source of tokens is asked once a call, and once more after a 401. None sends none.
        budget: shared by everything that counts towards one limit of the service.
        tally: counts every request that is sent.
        retry: limits of the repeats of one call.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.
        wall: seconds since 1970.
        jitter: a number from 0 to 1.
        timeout: all four, in seconds.
        transport: takes the place of the network, in tests of pure decisions.
    """

    def __init__(  # noqa: PLR0913  # the time sources are arguments so that nothing needs patching
        self,
        base_url: str,
        token: SecretStr | TokenSource | None,
        *,
        budget: RateBudget,
        tally: RequestTally,
        retry: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        timeout: httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_url = check_base_url("base_url", base_url)
        self._tokens = FixedToken(token) if isinstance(token, SecretStr) else token
        install_redaction()
        self._budget, self._tally, self._wall = budget, tally, wall
        self._policy = retry or RetryPolicy()
        self._repeater = Repeater(self._policy, sleep, clock, jitter)
        self._transport = transport or KeptTransport(timeout)
        # Everything that `httpx.Client` would add for each request, except what we have no use for: cookies, redirects, hooks.
        self._headers = httpx.Headers(
            {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": f"dashmedia/{__version__}"}
        )
        self._extensions = {"timeout": timeout.as_dict()}
        self._parsed = lru_cache(PARSED_URLS)(self._url)

    def call(  # the parts of a request
        self,
        method: str,
        path: str,
        *,
        endpoint: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        repeat: Repeat = Repeat.SAFE,
        secrets: tuple[SecretStr, ...] = (),
    ) -> Any:
        """The parsed JSON of the answer, or None when its body is empty.

        Args:
            method: HTTP method.
            path: below the base URL, beginning with a slash.
            endpoint: name of the call in messages and in the tally, such as `POST media_upload_url`.
            body: sent as JSON; None sends no body.
            params: query of the request; never anything secret.
            repeat: whether a second sending is harmless.
            secrets: what else is in the request and must not be read in a message.

        Raises:
            TransientError: no good answer within the time budget.
            OutcomeUnknownError: `Repeat.CREATES`, and the request may have taken effect.
            RejectedError: any other 4xx; `AuthError` for 401, `PermissionDeniedError` for 403. Sent once.
            ContractError: a redirect.
        """
        request = self._request(method, path, body, params)
        sending = Sending(request, endpoint, repeat, self._tokens.current() if self._tokens else None, secrets)
        try:
            return self._send(sending)
        except AuthError:
            # A 401 did nothing, so even what creates may be sent once more.
            fresh = self._tokens.renewed(sending.token) if self._tokens and sending.token else None
            if fresh is None:
                raise
        return self._send(replace(sending, token=fresh))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _request(self, method: str, path: str, body: Any, params: Mapping[str, Any] | None) -> httpx.Request:
        return httpx.Request(
            method, self._parsed(path), params=params, headers=self._headers, json=body, extensions=self._extensions
        )

    def _url(self, path: str) -> httpx.URL:
        """Below the base URL, unless it is a whole URL itself."""
        return httpx.URL(path if path.startswith(("https://", "http://")) else f"{self._base_url}{path}")

    def _send(self, sending: Sending) -> Any:
        tries = count()
        # Keeping the shared pace is no trouble of this call, so its time budget begins after the first slot.
        self._wait_for_a_slot(sending.endpoint)

        def attempt() -> Any:
            if next(tries):
                self._wait_for_a_slot(sending.endpoint)
            return self._attempt(sending)

        return self._repeater.run(attempt)

    def _attempt(self, sending: Sending) -> Any:
        self._tally.add(sending.endpoint)
        try:
            answer = self._transport.handle_request(sending.addressed_to(self._base_url))
            answer.read()
        except httpx.RequestError as error:
            result: Any = _unanswered(sending.endpoint, error, sending.repeat)
        else:
            result = self._read(sending, answer)
        # Raised here, not in the handler: httpx's exceptions hold the request and with it the token.
        if isinstance(result, DashMediaError):
            raise result
        return result

    def _wait_for_a_slot(self, endpoint: str) -> None:
        paused_s = self._budget.paused_for()
        if paused_s > self._policy.budget_s:
            raise TransientError(endpoint, "the service asked for a pause; nothing was sent", wait_s=paused_s)
        self._budget.take()

    def _read(self, sending: Sending, answer: httpx.Response) -> Any:
        self._budget.observe(answer.headers)
        endpoint, status, headers = sending.endpoint, answer.status_code, answer.headers
        content = answer.content if answer.is_success else sending.hide_secrets(answer.content)
        result: Any = judge(endpoint, status, headers, content, now=self._wall())
        if result is None:
            result = read_json(endpoint, status, headers, content)
        if isinstance(result, TransientError):
            return self._after_a_bad_answer(result, sending.repeat)
        return result

    def _after_a_bad_answer(self, error: TransientError, repeat: Repeat) -> TransientError:
        if error.status == TOO_MANY:
            self._budget.pause(UNNAMED_PAUSE_S if error.wait_s is None else error.wait_s)
        if repeat is Repeat.CREATES and error.status not in UNTOUCHED_STATUSES:
            return OutcomeUnknownError(error.endpoint, error.seen, status=error.status, wait_s=error.wait_s)
        return error


def _unanswered(endpoint: str, error: httpx.RequestError, repeat: Repeat) -> TransientError:
    """The error for a request that got no whole answer."""
    seen = redact(f"no whole answer came ({type(error).__name__}: {error})")
    if repeat is Repeat.CREATES and not isinstance(error, NEVER_ARRIVED):
        return OutcomeUnknownError(endpoint, seen)
    return TransientError(endpoint, seen)
