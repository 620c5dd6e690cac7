"""What the service does with uploads and media: issue, create, show, list."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.social import listing
from sandbox.social.measure import Measured, measure
from sandbox.social.store import Phase, Record, Store

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sandbox.s3 import Bucket
    from sandbox.social.bodies import ListQuery, NewMedia, NewUpload
    from sandbox.social.variant import Variant

#: A file of at most this many bytes is measured on the event loop; a thread would cost more than the reading.
MEASURE_AT_ONCE_BYTES = 1024 * 1024
UPLOAD_FOLDER = "images/uploads"
#: Endings that go into a key; any other one might need quoting in a URL.
SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


class RefusedError(Exception):
    """The service refuses a request.

    Attributes:
        status: HTTP status.
        errors: by member of the body, as its validation would have them.
    """

    def __init__(self, status: int, description: str, errors: dict[str, list[str]] | None = None) -> None:
        self.status = status
        self.errors = errors
        super().__init__(description)


@dataclass
class Library:
    """Dash Social's media library.

    Attributes:
        brands: those the token may see: id and URL slug.
        wall: Unix time in seconds.
        uses_front: whether upload URLs have to point at the storage front, whatever the variant says.
    """

    store: Store
    bucket: Bucket
    brands: dict[int, str]
    token: str
    draw: random.Random
    variant: Variant
    wall: Callable[[], float] = time.time
    uses_front: Callable[[], bool] = lambda: False

    def issue_upload_url(self, new: NewUpload, *, expires_s: int | None = None) -> str:
        """A signed URL for a fresh key; only the extension of the name is kept."""
        now = self.wall()
        key = self._fresh_key(new, now)
        is_front = self.variant.storage == "front" or self.variant.put_mode == "bare" or self.uses_front()
        life = self.variant.url_expires_s if expires_s is None else expires_s
        return self.bucket.presign_put(key, new.content_type, expires_s=life, front=is_front)

    def _fresh_key(self, new: NewUpload, now: float) -> str:
        suffix = PurePosixPath(new.filename).suffix.lower()
        extension = suffix if SUFFIX.fullmatch(suffix) else mimetypes.guess_extension(new.content_type) or ""
        while True:
            key = f"{UPLOAD_FOLDER}/{int(now)}.{self.draw.randrange(10**12):012d}{extension}"
            if self.store.issue(key, new.filename, new.content_type, now):
                return key

    async def create(self, brand_id: int, new: NewMedia) -> Record:
        """A new media, or what the variant says about a second one with this `source_id`.

        Raises:
            RefusedError: the object does not exist, or the `source_id` does already.
        """
        key = self.bucket.key_of(new.url)
        measured = None if key is None else await self._measure(key, new.url)
        existing = self.store.by_source(brand_id, new.source_id)  # from here on nothing is awaited
        if existing and self.variant.duplicates == "refuse":
            raise RefusedError(
                400, f"Database integrity violation: duplicate source_id {new.source_id!r} for this brand."
            )
        if existing and self.variant.duplicates == "upsert":
            return existing
        record = self._record(brand_id, new, key, measured)
        self.store.add(record)
        return record

    async def _measure(self, key: str, url: str) -> Measured:
        if urlsplit(url).query:
            raise RefusedError(400, "Bad request.", {"url": ["The URL of an upload has no query: cut it at the '?'."]})
        path = self.bucket.file(key)
        if path is None:
            raise RefusedError(400, "Bad request.", {"url": ["There is no object at this URL."]})
        return await _measured(path)

    def _record(self, brand_id: int, new: NewMedia, key: str | None, measured: Measured | None) -> Record:
        now = self.wall()
        media_id = self.store.next_id()
        first = self.store.by_bytes(brand_id, measured.sha256) if measured else None
        return Record(
            id=media_id,
            brand_id=brand_id,
            source_id=new.source_id,
            url=new.url,
            meta=json.dumps(new.meta),
            source_created_at=new.source_created_at.isoformat(),
            created_at=datetime.fromtimestamp(int(now), UTC).replace(tzinfo=None).isoformat(),
            created_unix_s=now,
            object_key=key,
            kind=(measured.kind if measured else None) or _kind_by_name(new.url),
            width=measured.width if measured else None,
            height=measured.height if measured else None,
            duration_s=measured.duration_s if measured else None,
            size=measured.size if measured else None,
            md5=measured.md5 if measured else None,
            sha256=measured.sha256 if measured else None,
            media_group=first.media_group if first else media_id,
            is_readable=measured is None or measured.kind is not None,
            phase=Phase.PENDING,
            looks=0,
        )

    def public_url(self, record: Record) -> str:
        """Where anybody can read the original."""
        return self.bucket.url(record.object_key, front=True) if record.object_key else record.url

    def get(self, brand_id: int, media_id: int) -> Record:
        """One media, looked at.

        Raises:
            RefusedError: this brand has no such media.
        """
        record = self.store.get(brand_id, media_id)
        if record is None:
            raise RefusedError(404, f"Media {media_id} of brand {brand_id} does not exist.")
        return self._looked_at([record])[0]

    def page(self, brand_id: int, query: ListQuery) -> listing.Page:
        """One page of the list, looked at, as the variant bends it."""
        start, end = self._range(query)
        total = self.store.count(brand_id, start, end)

        def rows(limit: int, offset: int) -> list[Record]:
            return self._looked_at(self.store.page(brand_id, start, end, limit=limit, offset=offset))

        return listing.page(self.variant.list_pages, rows, total, limit=query.limit, offset=query.offset)

    def _range(self, query: ListQuery) -> tuple[str, str]:
        """`[start, end)` as the store compares it; everything we hold is `UPLOADED`."""
        types, days = query.filters.brand_media_types, query.filters.source_created_at
        if types is not None and "UPLOADED" not in types:
            return "", ""
        is_inclusive = self.variant.list_end == "inclusive"
        end = days.end + timedelta(days=1) if days.end and is_inclusive and days.end < date.max else days.end
        return days.start.isoformat() if days.start else "", end.isoformat() if end else "~"

    def _looked_at(self, records: list[Record]) -> list[Record]:
        """These records as they are now; a pending one is looked at, which brings its processing forward."""
        pending = [record for record in records if record.phase == Phase.PENDING]
        ended = {record.id: self._end(record) for record in pending if self._is_due(record)}
        for phase in set(ended.values()):
            self.store.settle(phase, (one for one, its in ended.items() if its is phase))
        self.store.look(record.id for record in pending if record.id not in ended)
        return [record._replace(phase=ended[record.id]) if record.id in ended else record for record in records]

    def _is_due(self, record: Record) -> bool:
        looks, after_ms = self.variant.process_after_looks, self.variant.process_after_ms
        is_old = after_ms is not None and (self.wall() - record.created_unix_s) * 1000 >= after_ms
        return is_old or (looks is not None and record.looks >= looks)

    def _end(self, record: Record) -> Phase:
        is_good = record.is_readable if self.variant.outcome == "by_bytes" else self.variant.outcome == "done"
        return Phase.DONE if is_good else Phase.FAILED

    def stored(self) -> Iterable[dict[str, Any]]:
        """Everything held, with its bytes' checksums as they were at the create, for tests to compare."""
        for record in self.store.everything():
            yield record._asdict() | {"meta": record.meta_object, "public_url": self.public_url(record)}


async def _measured(path: Path) -> Measured:
    return await asyncio.to_thread(measure, path) if _is_large(path) else measure(path)


def _is_large(path: Path) -> bool:
    return path.stat().st_size > MEASURE_AT_ONCE_BYTES


def _kind_by_name(url: str) -> str:
    guessed = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    return "VIDEO" if guessed.startswith("video/") else "IMAGE"
