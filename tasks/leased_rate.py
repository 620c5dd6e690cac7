"""The vendors' limits, shared by all runs: blocks of requests leased from global concurrency limits of the Prefect server."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from dashmedia.errors import SettingsError
from dashmedia.leased_rate import Bucket, LeasedRate, Level, UnreachableError, bucket_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prefect.client.orchestration import SyncPrefectClient

__all__ = ["DAM_LIMIT", "SOCIAL_LIMIT", "Bucket", "bucket_for", "leased_rate"]

#: Names of the global concurrency limits; `deployments/setup.py` makes them with the settings of `bucket_for`.
SOCIAL_LIMIT = "dash-social-requests"
DAM_LIMIT = "dash-requests"


class PrefectTap:
    """A bucket kept as a global concurrency limit with slot decay.

    Args:
        name: of the limit.
        client: of the Prefect server; used by one thread at a time.
    """

    def __init__(self, name: str, client: SyncPrefectClient) -> None:
        self._name, self._client = name, client

    def look(self) -> Level | None:
        """See `Tap.look`; a limit that somebody switched off counts as none.

        Raises:
            SettingsError: the limit has no slot decay, so that nothing would ever flow in.
            UnreachableError: the server does not answer.
        """
        try:
            limit = _answered(lambda: self._client.read_global_concurrency_limit_by_name(self._name))
        except ObjectNotFound:
            return None
        if not limit.active:
            return None
        if limit.slot_decay_per_second <= 0:
            raise SettingsError(
                f"The global concurrency limit {self._name} has no slot decay, so it cannot serve as a rate. Run "
                "`python -m deployments.setup`, or set its slot decay in the UI under Concurrency."
            )
        return Level(limit.limit, limit.slot_decay_per_second, max(0, limit.limit - limit.active_slots))

    def lease(self, requests: int) -> bool:
        """See `Tap.lease`. Raises `UnreachableError`."""
        try:
            _answered(lambda: self._client.increment_concurrency_slots([self._name], requests, "rate_limit"))
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code in {HTTPStatus.LOCKED, HTTPStatus.UNPROCESSABLE_ENTITY}:
                return False  # another was quicker, or somebody has just made the limit smaller
            raise
        return True


def _answered(ask: Callable[[], Any]) -> Any:
    """What `ask` says; Prefect's client has repeated it a few times by itself.

    Raises:
        UnreachableError: the server is away or in trouble.
    """
    try:
        return ask()
    except httpx.TransportError as error:
        raise UnreachableError(f"the Prefect server does not answer ({type(error).__name__})") from error
    except httpx.HTTPStatusError as error:
        if error.response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise UnreachableError(f"the Prefect server answers {error.response.status_code}") from error


@contextmanager
def leased_rate(name: str, per_minute: int) -> Iterator[LeasedRate | None]:
    """This run's part of the limit `name`; None, with a line in the log, when the server has no such limit.

    Args:
        name: of the global concurrency limit.
        per_minute: the vendor's limit, to say how the missing one would be made.
    """
    with get_client(sync_client=True) as client:
        tap = PrefectTap(name, client)
        try:
            is_there = tap.look() is not None
        except UnreachableError:
            is_there = True  # it will be waited for before the first request
        if not is_there:
            get_run_logger().info(_alone(name, per_minute))
        yield LeasedRate(tap, name) if is_there else None


def _alone(name: str, per_minute: int) -> str:
    bucket = bucket_for(per_minute)
    return (
        f"The Prefect server has no limit {name}, so this run keeps to {per_minute:,} requests a minute by itself. Before several "
        f"run at once: prefect gcl create {name} --limit {bucket.slots} --slot-decay-per-second {bucket.per_second}"
    )
