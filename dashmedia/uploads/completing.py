"""The last step of an upload: its parts become the asset's file, once, and that file is proved to be ours."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dashmedia.errors import (
    ChecksumMismatchError,
    OutcomeUnknownError,
    ProcessingOverdueError,
    RejectedError,
)
from dashmedia.ledger import State
from dashmedia.uploads.delivery import FATAL, versioned
from dashmedia.uploads.proof import Proof, prove

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset
    from dashmedia.ledger import PartReceipt
    from dashmedia.uploads.delivery import Opened
    from dashmedia.uploads.recorder import Recorder

#: Pauses before each look at an asset whose upload was completed, in seconds; a minute and a half in all. Ours: nothing is
#: documented.
LOOKS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)

#: How often a completion is sent when nobody knows whether the last one arrived, and the asset shows nothing of it.
ROUNDS = 3


class Completer:
    """Completes uploads, from any thread.

    Args:
        client: the service.
        recorder: keeps the steps.
        sleep: how to wait, in seconds.
    """

    def __init__(self, client: DashClient, recorder: Recorder, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client, self._recorder, self._sleep = client, recorder, sleep

    def complete(self, opened: Opened, receipts: Sequence[PartReceipt]) -> None:
        """The asset's file is the original, and the ledger says `ready`.

        `bytes_put` is written before the completion is sent, so whoever finds it asks the asset first.

        Args:
            opened: the upload.
            receipts: of all its parts, in order.

        Raises:
            ChecksumMismatchError: the asset has other bytes; the next run sends them anew, to the same asset.
            ProcessingOverdueError: the asset does not show its file within its time; the next run looks again.
            RejectedError: the completion is refused, and the asset does not have the bytes.
        """
        delivery, is_sent_before = opened.delivery, opened.delivery.item.state is State.BYTES_PUT
        if not (is_sent_before and self._has_arrived(opened, receipts)):
            if not is_sent_before:
                self._recorder.step(delivery, State.BYTES_PUT)
            self._send(opened, receipts)
            self._prove(opened, receipts)
        self._recorder.step(delivery, State.READY)

    def _send(self, opened: Opened, receipts: Sequence[PartReceipt]) -> None:
        etags = [(receipt.number, receipt.etag) for receipt in receipts]
        for last in (False,) * (ROUNDS - 1) + (True,):
            try:
                self._client.complete_upload(opened.upload.asset_id or "", opened.upload.upload_id or "", etags)
            except OutcomeUnknownError:
                if self._has_arrived(opened, receipts):
                    return
                if last:
                    raise
            except FATAL:
                raise
            except RejectedError:
                # It may be refused because an earlier one, whose answer was lost, was taken.
                if not self._has_arrived(opened, receipts):
                    raise
                return
            else:
                return

    def _has_arrived(self, opened: Opened, receipts: Sequence[PartReceipt]) -> bool:
        """Whether the asset shows that a completion was taken: our bytes, or any file of our size where there was none."""
        proof = self._look(opened, receipts)
        return proof is Proof.BYTES or (proof is Proof.SIZE and versioned(opened.delivery) is None)

    def _prove(self, opened: Opened, receipts: Sequence[PartReceipt]) -> None:
        """Look until the asset has our bytes; a size alone is enough once the completion was taken."""
        proof = Proof.ABSENT
        for pause_s in LOOKS_S:
            self._sleep(pause_s)
            proof = self._look(opened, receipts)
            if proof in {Proof.BYTES, Proof.SIZE}:
                return
            # Until it is processed, an asset may show the file that it had before.
            if proof is Proof.DIFFERS and versioned(opened.delivery) is None:
                break
        if proof is Proof.DIFFERS:
            self._disagree(opened)
        raise ProcessingOverdueError(
            f"{opened.delivery.item.filename} was uploaded and completed, and asset {opened.upload.asset_id} showed no "
            f"file within {sum(LOOKS_S):.0f} s. Nothing is lost; the next run asks again."
        )

    def _disagree(self, opened: Opened) -> None:
        """Without its upload the next run begins a new one, for the same asset."""
        anew = replace(opened.upload, upload_id=None, part_ends=None)
        self._recorder.step(opened.delivery, State.CREATED, upload=anew, note="the asset had other bytes")
        item = opened.delivery.item
        file = self._asset(opened).current_asset_file
        seen = f"{file.checksum or 'a file without checksum'} ({file.size} bytes)" if file else "no file"
        raise ChecksumMismatchError(
            f"{item.filename} (asset {item.remote_id})", f"{item.md5} ({item.bytes} bytes)", seen
        )

    def _look(self, opened: Opened, receipts: Sequence[PartReceipt]) -> Proof:
        item = opened.delivery.item
        part_md5s = [receipt.md5 for receipt in receipts]
        return prove(self._asset(opened).current_asset_file, size=item.bytes, md5=item.md5, part_md5s=part_md5s)

    def _asset(self, opened: Opened) -> Asset:
        return self._client.asset(opened.upload.asset_id or "")
