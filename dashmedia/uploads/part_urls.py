"""URLs of the parts of one upload, asked for anew when they are used up."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.errors import AuthError, ContractError, PermissionDeniedError, RejectedError
from dashmedia.limits import DAM_PART_URLS_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashmedia.dam.client import DashClient
    from dashmedia.uploads.delivery import Opened
    from dashmedia.uploads.requests import Requests


class UploadGoneError(RejectedError):
    """The service gives no more URLs of an upload: it is begun anew, for the same asset."""


class PartUrls:
    """URLs of one upload, for any number of threads.

    Args:
        client: the service.
        requests: what it is asked.
        opened: the upload, with the URLs that are known.
        missing: numbers of the parts that are not stored yet, in order.
    """

    def __init__(
        self, client: DashClient, requests: Requests, opened: Opened, missing: Callable[[], list[int]]
    ) -> None:
        self._client, self._requests, self._opened, self._missing = client, requests, opened, missing
        self._plan = {part.number: part for part in opened.plan.parts}
        self._urls = opened.urls
        self._lock = Lock()

    def of(self, number: int) -> str:
        """Where part `number` goes.

        Raises:
            UploadGoneError: the service does not know the upload any more.
            ContractError: it answers without the part, or with another range than before.
        """
        with self._lock:
            if number not in self._urls:
                self._ask(number)
            return self._urls[number]

    def discard(self, number: int, url: str) -> None:
        """`url` is used up, and those that were issued with it will be; the next `of` asks anew."""
        with self._lock:
            if self._urls.get(number) == url:
                self._urls.clear()

    def _ask(self, number: int) -> None:
        later = [each for each in self._missing() if each != number]
        wanted = [number, *later[: DAM_PART_URLS_AT_ONCE - 1]]
        try:
            answer = self._client.create_asset_upload(self._requests.more_urls(self._opened, wanted))
        except (AuthError, PermissionDeniedError):
            raise
        except RejectedError as error:
            raise UploadGoneError(error.endpoint, error.status, error.words) from error
        for part in answer.parts:
            known = self._plan.get(part.number)
            if known is None or (part.start, part.end + 1) != (known.start, known.end):
                seen, expected = f"part {part.number} of bytes {part.start:,} to {part.end:,}", f"that it is {known}"
                raise ContractError(wire.ASSET_UPLOAD, "parts", seen, expected)
        self._urls |= {part.number: part.url for part in answer.parts}
        if number not in self._urls:
            raise ContractError(wire.ASSET_UPLOAD, "parts", f"no part {number}", "the parts that were asked for")
