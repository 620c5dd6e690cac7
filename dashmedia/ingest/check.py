"""Steps 1 and 2 of an ingestion: what may go, and which of it is this run's to deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashmedia.gate import check
from dashmedia.ingest.batch import Delivery
from dashmedia.ledger import NewItem, Verdict
from dashmedia.ledger.destinations import is_dam
from dashmedia.refusals import Refusal, Rule, shown_uri
from dashmedia.sources import Original

if TYPE_CHECKING:
    from dashmedia.gate import Checked
    from dashmedia.ingest.batch import Batch
    from dashmedia.ingest.session import IngestSession

#: Columns of the manifest that travel no further than the ledger.
_KEPT = ("creator", "permalink", "consent_evidence", "consent_scope", "caption", "alt_text", "campaign")


def check_batch(session: IngestSession, batch: Batch) -> None:
    """Put each original past the gate; what a rule keeps out is kept in the ledger with its reason."""
    refused = [row for row in batch.rows if isinstance(row, Refusal)]
    originals = [row for row in batch.rows if isinstance(row, Original)]
    for future in [session.checks(each).submit(check, each, session.rules) for each in originals]:
        answer = future.result()
        if isinstance(answer, Refusal):
            refused.append(answer)
        else:
            batch.checked.append(answer)
    session.score.add("found", len(batch.rows))
    session.refuse(refused)


def claim_batch(session: IngestSession, batch: Batch) -> None:
    """Take what is not done and not in another run's hands; content seen before in this run is a duplicate."""
    pairs = [(checked, name) for checked in batch.checked for name in session.destinations]
    new = [_new_item(session, checked, name) for checked, name in pairs]
    claims = session.ledger.preview(new, session.run) if session.dry_run else session.ledger.claim(new, session.run)
    batch.deliveries = [
        Delivery(session.sent_as(checked, name), claim.item, claim.verdict)
        for (checked, name), claim in zip(pairs, claims, strict=True)
    ]
    for delivery, claim in zip(batch.deliveries, claims, strict=True):
        if claim.verdict is Verdict.QUARANTINED:
            delivery.set_aside(f"{claim.item.failure_reason} (set aside by an earlier run)", retryable=False)
    session.refuse(_duplicates(batch))
    session.drop_copies(batch, kept={each.checked.original.place for each in batch.deliveries if each.is_open})


def _new_item(session: IngestSession, checked: Checked, destination: str) -> NewItem:
    original = checked.original
    return NewItem(
        destination=destination,
        sha256=checked.sha256,
        uri=original.uri,
        source_row=original.row,
        filename=original.filename,
        content_type=checked.content_type,
        bytes=checked.size,
        md5=checked.md5,
        bare_url=original.url if original.is_public and not is_dam(destination) else None,
        source_created_at=original.captured_at or session.now(),
        details=_details(original),
    )


def _details(original: Original) -> dict[str, Any]:
    """What the library does not take and the ledger therefore keeps; JSON values only."""
    values = {name: getattr(original, name) for name in _KEPT}
    if original.rights_expire_at is not None:
        values["rights_expire_at"] = original.rights_expire_at.isoformat()
    values["tags"] = list(original.tags)
    return {name: value for name, value in values.items() if value}


def _duplicates(batch: Batch) -> list[Refusal]:
    """Originals that are duplicates at every destination; each says whose bytes it has."""
    firsts: dict[tuple[str, int | None], str | None] = {}
    for each in batch.deliveries:
        key = each.checked.original.place
        is_one = each.verdict is Verdict.DUPLICATE and firsts.get(key, "") is not None
        firsts[key] = each.item.uri if is_one else None
    places = ((each, firsts.get(each.original.place)) for each in batch.checked)
    return [_duplicate(each, first) for each, first in places if first is not None]


def _duplicate(checked: Checked, first: str) -> Refusal:
    original = checked.original
    return Refusal(original.shown, original.row, Rule.DUPLICATE, f"the same bytes as {shown_uri(first)}")
