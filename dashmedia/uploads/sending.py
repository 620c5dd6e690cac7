"""The parts of one file: proved where they are stored already, sent where they are not, each with a receipt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING

from dashmedia.errors import ChecksumMismatchError, SourceChangedError, StorageRefusedError, UploadUrlExpiredError
from dashmedia.ledger import PartReceipt
from dashmedia.uploads.part_urls import PartUrls
from dashmedia.uploads.proof import is_md5
from dashmedia.uploads.reading import PartBody, md5_of, open_ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashmedia.dam.client import DashClient
    from dashmedia.storage import Storage
    from dashmedia.uploads.delivery import Opened
    from dashmedia.uploads.plan import Part
    from dashmedia.uploads.reading import Ranges
    from dashmedia.uploads.recorder import Recorder
    from dashmedia.uploads.requests import Requests

#: How many URLs one part may use up, by expiring or being refused, before the file is set aside.
URLS_MAX = 3

#: How often one part is sent when other bytes arrive than were sent.
SENDINGS_MAX = 2


class PartSender:
    """Sends the parts of files, from any thread.

    Args:
        client: gives new URLs.
        requests: how it is asked for them.
        storage: takes the bytes.
        recorder: keeps the receipts.
        parts_at_once: parts of one file in flight. One is the promise that a kill costs at most one part of each file.
        on_part: is told the size of each part that was sent.
    """

    def __init__(
        self, client: DashClient, requests: Requests, storage: Storage, recorder: Recorder, *, parts_at_once: int = 1,
        on_part: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        self._client, self._requests, self._storage, self._recorder = client, requests, storage, recorder
        self._parts_at_once = parts_at_once
        self._on_part = on_part or (lambda _: None)

    def send(self, opened: Opened, known: Mapping[int, PartReceipt]) -> list[PartReceipt]:
        """Receipts of all parts, in order; those in `known` are compared with the file and not sent again.

        A part's receipt is written before the next part is begun, so that it is never sent twice for want of one.

        Raises:
            SourceChangedError: the file is not the one that was checked, at the beginning, meanwhile or at the end.
            ChecksumMismatchError: twice other bytes arrived than were sent.
            UploadGoneError: the service does not know the upload any more.
        """
        parts = opened.plan.parts
        done = {part.number: known[part.number] for part in parts if _fits(part, known.get(part.number))}
        todo = [part for part in parts if part.number not in done]

        def missing() -> list[int]:
            return [part.number for part in todo if part.number not in done]

        urls = PartUrls(self._client, self._requests, opened, missing)

        def send_one(part: Part) -> None:
            done[part.number] = self._send_part(opened, ranges, part, urls)

        with open_ranges(opened.delivery.checked) as ranges:
            for part in parts:
                if part.number in done:
                    _prove(ranges, part, done[part.number])
            _each(send_one, todo, self._parts_at_once)
            # A file that grew shows only here.
            ranges.require_unchanged()
        return [done[part.number] for part in parts]

    def _send_part(self, opened: Opened, ranges: Ranges, part: Part, urls: PartUrls) -> PartReceipt:
        body = PartBody(ranges, part)
        name = f"{opened.delivery.item.filename} (part {part.number})"
        for _ in range(SENDINGS_MAX):
            etag = self._put(body, part, urls, name)
            if etag == body.md5 or not is_md5(etag):
                receipt = PartReceipt(
                    opened.delivery.item.key, opened.upload.upload_id or "", part.number, part.size, body.md5, etag
                )
                self._recorder.keep_receipt(receipt)
                self._on_part(part.size)
                return receipt
        raise ChecksumMismatchError(name, body.md5, etag)

    def _put(self, body: PartBody, part: Part, urls: PartUrls, name: str) -> str:
        """The ETag; a URL that is expired, or of no use any more, is replaced."""
        for last in (False,) * (URLS_MAX - 1) + (True,):
            url = urls.of(part.number)
            try:
                return self._storage.put(url, body, size=part.size, content_type=None, name=name)
            except (UploadUrlExpiredError, StorageRefusedError) as error:
                is_spent = isinstance(error, UploadUrlExpiredError) or error.status == HTTPStatus.FORBIDDEN
                if last or not is_spent:
                    raise
                urls.discard(part.number, url)
        raise UploadUrlExpiredError(name)  # pragma: no cover - the last round returns or raises


def _fits(part: Part, receipt: PartReceipt | None) -> bool:
    """Whether the receipt is of this part; without an ETag, as ledgers of before may hold one, no completion would take it."""
    return receipt is not None and receipt.bytes == part.size and receipt.etag != ""


def _prove(ranges: Ranges, part: Part, receipt: PartReceipt) -> None:
    """The stored part is this part of the file: by the MD5 it was sent with, which its ETag confirmed."""
    now = md5_of(ranges, part)
    if now != receipt.md5:
        raise SourceChangedError(
            f"{ranges.name} (part {part.number})", f"MD5 {now}", f"MD5 {receipt.md5}, as it was sent"
        )


def _each(send: Callable[[Part], None], todo: list[Part], at_once: int) -> None:
    if at_once == 1 or len(todo) < 2:  # noqa: PLR2004 - a single part needs no further thread
        for part in todo:
            send(part)
        return
    with ThreadPoolExecutor(at_once, "part") as pool:
        waiting = [pool.submit(send, part) for part in todo]
        try:
            for sent in waiting:
                sent.result()
        finally:
            for sent in waiting:
                sent.cancel()
