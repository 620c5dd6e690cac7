"""The steps into the DAM: what the manifest says can be written, the bytes are an asset's file, and its fields say it.

The metadata of an asset is written once for what a manifest says: its digest is kept when the asset was seen to show it. So a
run that was killed in between writes it in the next one, and what people correct in Dash afterwards stays.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from dashmedia.errors import DashMediaError, NoRoomError
from dashmedia.ingest.lanes import Lane
from dashmedia.ingest.parallel import FATAL
from dashmedia.ingest.report import MadeAsset
from dashmedia.ledger import State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashmedia.dam.edits import Edit
    from dashmedia.ingest.batch import Batch, Delivery
    from dashmedia.ingest.metadata_map import FieldMap
    from dashmedia.ingest.session import IngestSession


def prepare_assets(session: IngestSession, batch: Batch) -> None:
    """Find out which assets are to get metadata; set aside, for the DAM alone, what could not be sent or written there."""
    session.lanes.run(Lane.DAM, batch, lambda: _prepare(session, batch))


def upload_assets(session: IngestSession, batch: Batch) -> None:
    """Every delivery to the DAM is an asset whose file is proved, or set aside with its reason."""
    if session.dam is not None:
        session.dam.uploader.upload(batch.for_dam())


def write_fields(session: IngestSession, batch: Batch) -> None:
    """The assets show what the manifest says; what one does not show leaves it over, with the reason."""
    writer = session.dam.writer if session.dam else None
    made = {each.item.remote_id or "": each for each in batch.for_dam() if _is_to_write(each, batch)}
    if writer is None or not made:
        return
    outcomes = writer.write((asset_id, each.checked.original) for asset_id, each in made.items())
    for asset_id, outcome in outcomes.items():
        if outcome.reason is not None:
            made[asset_id].set_aside(outcome.reason, retryable=outcome.is_retryable)
    written = [made[asset_id].item.key for asset_id, outcome in outcomes.items() if outcome.is_written]
    session.ledger.fields_written.keep({key: batch.digests[key] for key in written})
    session.score.add("fields_written", len(written))


def made_assets(batch: Batch, folder: str) -> Iterator[MadeAsset]:
    """Assets that this run made of the batch's originals, or wrote metadata to."""
    for each in batch.for_dam():
        is_new = each.verdict is Verdict.TAKEN
        if each.item.state is State.READY and (is_new or each.item.key in batch.digests):
            yield MadeAsset(
                filename=each.item.filename, folder=folder, asset_id=each.item.remote_id or "",
                metadata=_metadata(each, batch), is_new=is_new,
            )  # fmt: skip


def _metadata(delivery: Delivery, batch: Batch) -> str:
    if delivery.failed is not None:
        return f"not written: {delivery.failed.reason}"
    return "written" if delivery.item.key in batch.digests else "nothing to write"


def _prepare(session: IngestSession, batch: Batch) -> None:
    there = [each for each in batch.for_dam() if each.verdict in {Verdict.TAKEN, Verdict.DONE}]
    for each in there:
        if each.is_open and each.checked.original.is_public and not session.dry_run:
            _set_aside(session, each, NoRoomError(each.checked.original.shown, each.checked.size))
    fields = session.dam.writer.fields if session.dam and session.dam.writer else None
    if fields is None:
        return
    known = session.ledger.fields_written.read([each.item.key for each in there])
    for each in there:
        digest = _digest_of(session, each, fields) if each.failed is None else None
        if digest and digest != known.get(each.item.key):
            batch.digests[each.item.key] = digest


def _digest_of(session: IngestSession, delivery: Delivery, fields: FieldMap) -> str | None:
    """Of what is to be written; None when that is nothing, or cannot be written."""
    try:
        edits = fields.edits_for(delivery.checked.original)
    except FATAL:
        raise
    except DashMediaError as error:
        _set_aside(session, delivery, error)
        return None
    return _digest(edits) if edits else None


def _digest(edits: Sequence[Edit]) -> str:
    told = sorted([edit.operation, edit.field_id, *edit.values] for edit in edits)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _set_aside(session: IngestSession, delivery: Delivery, error: DashMediaError) -> None:
    if delivery.is_open and not session.dry_run:
        session.mover.fail([delivery], error)
    else:
        delivery.set_aside(str(error), retryable=True)


def _is_to_write(delivery: Delivery, batch: Batch) -> bool:
    return delivery.failed is None and delivery.item.key in batch.digests and delivery.item.state is State.READY
