"""Steps 3 and 4: an upload URL and one PUT for each content that the storage does not hold yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.errors import ChecksumMismatchError, UploadUrlExpiredError
from dashmedia.gate import open_checked
from dashmedia.ingest.moves import Move
from dashmedia.ingest.parallel import outcome_groups
from dashmedia.ledger import State, Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashmedia.gate import Checked
    from dashmedia.ingest.batch import Batch, Delivery
    from dashmedia.ingest.parallel import Outcome
    from dashmedia.ingest.session import IngestSession
    from dashmedia.social.models import UploadUrl

#: An ETag that is an MD5: 32 hex digits. Anything else (KMS, multipart) says nothing about the bytes.
_MD5 = re.compile(r"[0-9a-f]{32}")

#: How many upload URLs one original may use up by expiring before it is set aside.
URLS_MAX = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are proved to be in the storage."""

    bare_url: str
    etag: str


def issue_urls(session: IngestSession, batch: Batch) -> None:
    """Reuse bytes that an earlier run or another brand put there; ask for a URL for each other content."""
    _reuse(session, batch)
    todo = list(batch.contents(batch.open(State.PLANNED, State.URL_ISSUED)))
    for group in outcome_groups(session.calls, lambda pair: _issue(session, pair[0]), todo):
        for outcome in group:
            if outcome.value is not None:
                batch.urls[outcome.item[0].sha256] = outcome.value
        session.mover.settle([(outcome.item[1], outcome) for outcome in group], lambda _: Move(State.URL_ISSUED))


def put_batch(session: IngestSession, batch: Batch) -> None:
    """Put the bytes of each content once, and prove them by their ETag."""
    todo = [pair for pair in batch.contents(batch.open(State.URL_ISSUED)) if pair[0].sha256 in batch.urls]
    for group in outcome_groups(
        session.uploads, lambda pair: put_original(session, pair[0], batch.urls[pair[0].sha256]), todo
    ):
        _keep(session, group)
    batch.urls.clear()


def put_original(session: IngestSession, checked: Checked, url: UploadUrl) -> Stored:
    """Send one original until the storage proves that it holds the checked bytes.

    Raises:
        SourceChangedError: the file is not the one that was checked.
        ChecksumMismatchError: twice other bytes arrived.
        UploadUrlExpiredError: `URLS_MAX` URLs expired one after the other.
    """
    for _ in range(URLS_MAX):
        try:
            return Stored(url.bare, _put_proved(session, checked, url))
        except UploadUrlExpiredError:
            url = _issue(session, checked)
    raise UploadUrlExpiredError(checked.original.filename)


def _put_proved(session: IngestSession, checked: Checked, url: UploadUrl) -> str:
    etag = _put(session, checked, url)
    if _differs(etag, checked):
        etag = _put(session, checked, url)
    if _differs(etag, checked):
        raise ChecksumMismatchError(checked.original.filename, checked.md5, etag)
    return etag


def _put(session: IngestSession, checked: Checked, url: UploadUrl) -> str:
    return session.client.put_original(
        url, lambda: open_checked(checked), size=checked.size, content_type=checked.content_type,
        name=checked.original.filename,
    )  # fmt: skip


def _differs(etag: str, checked: Checked) -> bool:
    return bool(_MD5.fullmatch(etag)) and etag != checked.md5


def _issue(session: IngestSession, checked: Checked) -> UploadUrl:
    return session.client.issue_upload_url(checked.original.filename, checked.content_type)


def _reuse(session: IngestSession, batch: Batch) -> None:
    waiting = batch.open(State.PLANNED, State.URL_ISSUED)
    known = session.ledger.uploads(session.service, {each.item.sha256 for each in waiting})
    urls = ((each, _bare_url(each, known)) for each in waiting)
    session.mover.move([(each, Move(State.BYTES_PUT, bare_url=url)) for each, url in urls if url])


def _bare_url(delivery: Delivery, known: Mapping[str, Upload]) -> str | None:
    original = delivery.checked.original
    if original.is_public:
        return original.url
    upload = known.get(delivery.item.sha256)
    # Ledgers of before may hold some that no ETag proved.
    return upload.bare_url if upload and upload.etag else None


def _keep(session: IngestSession, group: list[Outcome[tuple[Checked, list[Delivery]], Stored]]) -> None:
    stored = [(outcome.item[0], outcome.value) for outcome in group if outcome.value is not None]
    session.ledger.keep_uploads(
        session.service, [Upload(each.sha256, value.bare_url, value.etag, each.size) for each, value in stored]
    )
    session.score.add("bytes", sum(each.size for each, _ in stored))
    session.mover.settle(
        [(outcome.item[1], outcome) for outcome in group],
        lambda stored: Move(State.BYTES_PUT, bare_url=stored.bare_url),
    )
