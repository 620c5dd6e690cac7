"""Originals into the DAM: assets made by batch jobs, bytes sent in parts, every file proved, and nothing twice."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from dashmedia.errors import DashMediaError
from dashmedia.limits import DAM_JOB_ITEMS
from dashmedia.uploads.budget import PartBudget, share_of
from dashmedia.uploads.completing import Completer
from dashmedia.uploads.creating import AssetMaker
from dashmedia.uploads.delivered import Delivered
from dashmedia.uploads.delivery import FATAL
from dashmedia.uploads.orphans import Orphans
from dashmedia.uploads.part_urls import UploadGoneError
from dashmedia.uploads.places import Places
from dashmedia.uploads.plan import check_part_bytes
from dashmedia.uploads.recorder import Recorder
from dashmedia.uploads.requests import Requests
from dashmedia.uploads.sending import PartSender

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.jobs import JobRunner
    from dashmedia.ledger import Ledger, PartReceipt, Run
    from dashmedia.storage import Storage
    from dashmedia.uploads.delivery import Delivery, Opened

#: Calls that carry no bytes wait for the service, not for this machine, so more of them fit in flight than files.
CALLS_PER_FILE = 4


@dataclass(frozen=True)
class UploadOptions:
    """How uploads go about it.

    Attributes:
        files_at_once: files whose bytes are under way at the same time.
        parts_at_once: parts of one file under way at the same time. After a kill, so many parts of each such file are sent
            again at most.
        part_bytes: wanted size of a part, in bytes, more than 5 MiB and less than 5 GiB; None for 16 MiB.
        job_items: files of one job at most.

    Raises:
        SettingsError: `part_bytes` is out of bounds.
    """

    files_at_once: int = 8
    parts_at_once: int = 1
    part_bytes: int | None = None
    job_items: int = DAM_JOB_ITEMS

    def __post_init__(self) -> None:
        if self.part_bytes is not None:
            check_part_bytes(self.part_bytes)


class AssetUploader:
    """Uploads of one run. Safe to use from many threads; close it when the run ends.

    Args:
        client: the service.
        storage: takes the bytes.
        ledger: what was done already.
        run: whose rows the deliveries are.
        jobs: submits batch jobs and waits for them.
        options: see `UploadOptions`.
        budget: the memory bound, shared with other uploaders of the process.
        sleep: how to wait, in seconds.
        on_part: is told the size of each part that was sent, in bytes.
    """

    def __init__(  # each is one thing it works with
        self, client: DashClient, storage: Storage, ledger: Ledger, run: Run, jobs: JobRunner, *,
        options: UploadOptions | None = None, budget: PartBudget | None = None,
        sleep: Callable[[float], None] = time.sleep, on_part: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        self._options, self._budget = options or UploadOptions(), budget or PartBudget()
        self._ledger, self._recorder = ledger, Recorder(ledger, run)
        places = Places(client)
        requests = Requests(places, self._options.part_bytes)
        orphans = Orphans(client, ledger, run, places, sleep=sleep)
        delivered = Delivered(client, self._recorder, places, ledger.gap())
        self._maker = AssetMaker(
            client, ledger, self._recorder, jobs, orphans, requests, delivered, job_items=self._options.job_items
        )
        self._sender = PartSender(
            client, requests, storage, self._recorder, parts_at_once=self._options.parts_at_once, on_part=on_part
        )
        self._completer = Completer(client, self._recorder, sleep=sleep)
        self._sends = ThreadPoolExecutor(self._options.files_at_once, "send")
        self._ends = ThreadPoolExecutor(self._options.files_at_once * CALLS_PER_FILE, "complete")

    def upload(self, deliveries: Sequence[Delivery]) -> None:
        """Every open delivery is ready, or set aside with its reason; the ledger says the same.

        Begins wherever an earlier run was interrupted. One delivery's error never stops the others.

        Raises:
            AuthError, UserError: every further delivery would meet it too; what is under way is finished first.
        """
        todo = [each for each in deliveries if each.is_open]
        sent: list[Future[Future[None] | None]] = []
        try:
            for opened in self._maker.open(todo):
                sent += [self._sends.submit(self._send, each) for each in opened if each.delivery.is_open]
            ended = [end for send in as_completed(sent) if (end := send.result()) is not None]
            for end in as_completed(ended):
                end.result()
        finally:
            for send in sent:
                send.cancel()

    def close(self) -> None:
        """End the threads; what is under way is finished."""
        for pool in (self._sends, self._ends):
            pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, opened: Opened) -> Future[None] | None:
        """Send what is missing, and hand the rest to the threads that only call; None when it was set aside."""
        share = share_of(opened.delivery.checked, self._options.parts_at_once)
        try:
            with self._budget.hold(share):
                begun, receipts = self._send_parts(opened)
        except FATAL:
            raise
        except DashMediaError as error:
            self._recorder.fail([opened.delivery], error)
            return None
        return self._ends.submit(self._complete, begun, receipts)

    def _send_parts(self, opened: Opened) -> tuple[Opened, list[PartReceipt]]:
        """Receipts of all parts, with the upload that they belong to: another one if the service forgot the first."""
        if opened.upload.upload_id is not None:
            known = self._ledger.open_uploads.receipts(opened.delivery.item.key, opened.upload.upload_id)
            try:
                return opened, self._sender.send(opened, known)
            except UploadGoneError:
                pass
        begun = self._maker.begin_upload(opened)
        return begun, self._sender.send(begun, {})

    def _complete(self, opened: Opened, receipts: list[PartReceipt]) -> None:
        try:
            self._completer.complete(opened, receipts)
        except FATAL:
            raise
        except DashMediaError as error:
            self._recorder.fail([opened.delivery], error)
