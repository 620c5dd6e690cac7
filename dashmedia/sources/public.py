"""A file at a public https:// address, downloaded once to be looked at."""

from __future__ import annotations

import time
from contextlib import closing
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from dashmedia.errors import clip
from dashmedia.limits import MIB, READ_ONCE_BYTES
from dashmedia.refusals import RefusedError, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

ATTEMPTS = 3
MOST_REDIRECTS = 5
#: A server that sends a byte now and then must not hold a worker for ever.
BUDGET_S = 1_800.0

_REPEATABLE = frozenset({408, 425, 429})
_GONE = frozenset({404, 410})


class _PassingError(Exception):
    """This attempt ended by something that may pass."""


def fetch_public(
    url: str, max_bytes: int, *, client: httpx.Client | None = None, sleep: Callable[[float], None] = time.sleep
) -> BinaryIO:
    """The bytes at `url`, in a temporary file (in memory up to 16 MiB) at its beginning; the caller closes it.

    TLS is verified, nothing but https:// is followed, no credentials are sent. Tried `ATTEMPTS` times.

    Raises:
        RefusedError: file_missing (404, 410), too_large, or file_unreadable with the reason.
    """
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=5),
        retry=retry_if_exception_type(_PassingError),
        sleep=sleep,
        reraise=True,
    )
    try:
        return attempts(_fetch_once, client or _shared_client(), url, max_bytes)
    except _PassingError as error:
        raise RefusedError(Rule.FILE_UNREADABLE, f"{error}, {ATTEMPTS} times") from error


@lru_cache(maxsize=1)
def _shared_client() -> httpx.Client:
    """One for the process: a TLS context costs 20 ms. `SSL_CERT_FILE` and the proxy variables are honoured."""
    timeout = httpx.Timeout(connect=10, read=30, write=30, pool=60)
    return httpx.Client(timeout=timeout, headers={"Accept-Encoding": "identity"}, follow_redirects=False)


def _fetch_once(client: httpx.Client, url: str, max_bytes: int) -> BinaryIO:
    try:
        request = client.build_request("GET", url)
        for _ in range(MOST_REDIRECTS + 1):
            response = client.send(request, stream=True)
            with closing(response):
                if response.next_request is None:
                    _require_success(response)
                    return _save(response, max_bytes)
                request = _require_https(response.next_request)
    except httpx.TransportError as error:
        raise _PassingError(clip(f"the connection ended: {error}" if str(error) else type(error).__name__)) from error
    except (httpx.InvalidURL, httpx.RequestError) as error:
        raise RefusedError(Rule.FILE_UNREADABLE, f"the address or answer cannot be read: {error}") from error
    raise RefusedError(Rule.FILE_UNREADABLE, f"more than {MOST_REDIRECTS} redirects")


def _require_https(request: httpx.Request) -> httpx.Request:
    if request.url.scheme != "https" or request.url.userinfo:
        raise RefusedError(
            Rule.FILE_UNREADABLE, f"it redirects to {request.url.scheme}://{request.url.host}, expected https://"
        )
    return request


def _require_success(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success:
        return
    if status in _REPEATABLE or response.is_server_error:
        raise _PassingError(f"the server answered {status}")
    raise RefusedError(Rule.FILE_MISSING if status in _GONE else Rule.FILE_UNREADABLE, f"the server answered {status}")


def _save(response: httpx.Response, max_bytes: int) -> BinaryIO:
    give_up_at = time.monotonic() + BUDGET_S
    announced = response.headers.get("Content-Length", "")
    _require_size(int(announced) if announced.isdecimal() else 0, max_bytes)
    spool = cast("BinaryIO", SpooledTemporaryFile(READ_ONCE_BYTES))  # noqa: SIM115 - the caller closes it
    try:
        for block in response.iter_bytes(MIB):
            spool.write(block)
            _require_size(spool.tell(), max_bytes)
            _require_time(give_up_at)
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return spool


def _require_time(give_up_at: float) -> None:
    if time.monotonic() > give_up_at:
        raise RefusedError(Rule.FILE_UNREADABLE, f"it did not arrive within {BUDGET_S:,.0f} s")


def _require_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise RefusedError(Rule.TOO_LARGE, f"{size:,} bytes or more, at most {max_bytes:,}")
