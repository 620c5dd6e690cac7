"""The calls of Dash Social that ingestion needs, for any number of threads."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.errors import DuplicateError, RejectedError, StorageRefusedError, clip
from dashmedia.http import Api, Repeat
from dashmedia.rate import RateBudget
from dashmedia.social import reading, wire
from dashmedia.social.listing import Window, merge_days, read_all, read_while_worth
from dashmedia.social.put_mode import PutForms
from dashmedia.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from dashmedia.rate import RequestTally
    from dashmedia.retry import RetryPolicy
    from dashmedia.settings import PutMode, SocialSettings
    from dashmedia.social.models import Identity, Media, NewMedia, Page, UploadUrl

#: The status by which a storage refuses a signature or the lack of one.
FORBIDDEN = 403


class SocialClient:
    """Dash Social's library. Every call may raise what `Api.call` raises; answers are checked on the way in.

    Args:
        library: the library's API.
        auth: the API that knows whose token it is.
        storage: for the bytes; it never sees the token.
        put_mode: `auto`, `signed` or `bare`.
        page_pause_s: pause between two pages of a listing, in seconds.
        sleep: how to wait, in seconds.
    """

    def __init__(  # three services, and how to treat them
        self,
        *,
        library: Api,
        auth: Api,
        storage: Storage,
        put_mode: PutMode,
        page_pause_s: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._library, self._auth, self._storage = library, auth, storage
        self._put_forms = PutForms(put_mode)
        self._pause = partial(sleep, page_pause_s)

    def identity(self) -> Identity:
        """Whose token it is and which brands it may see; the cheapest proof that the token works."""
        return reading.read_identity(self._auth.call("GET", wire.IDENTITY_PATH, endpoint=wire.IDENTITY))

    def issue_upload_url(self, filename: str, content_type: str) -> UploadUrl:
        """A URL for the bytes of one original. How long it lasts is unknown: ask right before the PUT."""
        body = wire.issue_url_body(filename, content_type)
        return reading.read_upload_url(
            self._library.call("POST", wire.ISSUE_URL_PATH, endpoint=wire.ISSUE_URL, body=body)
        )

    def put_original(
        self, url: UploadUrl, body: Callable[[], BinaryIO] | bytes, *, size: int, content_type: str, name: str
    ) -> str:
        """Store the bytes; their ETag without quotes. See `Storage.put` for arguments and errors.

        In `auto` mode a signed URL that is forbidden, though not expired, is followed by one try without its query.
        """
        refused: list[str] = []
        for form, target in (forms := self._put_forms.of(url)):
            try:
                etag = self._storage.put(
                    target, body, size=size, content_type=content_type, name=name, headers=wire.PUT_HEADERS
                )
            except StorageRefusedError as error:
                if len(forms) == 1 or (error.status != FORBIDDEN and not refused):
                    raise
                refused.append(f"{form} URL: {clip(error.seen.partition(':')[0], 80)}")
            else:
                self._put_forms.remember(form)
                return etag
        raise StorageRefusedError(name, "; ".join(refused), status=FORBIDDEN)

    def create_media(self, brand_id: int, new: NewMedia) -> int | None:
        """Create one record; its id, or None when the answer does not tell it (then `find_media` does).

        Raises:
            DuplicateError: the service seems to say that the `source_id` exists. A hint: look it up.
            OutcomeUnknownError: the record may exist. Look it up before creating it again.
        """
        body = wire.create_body(new)
        try:
            answer = self._library.call(
                "POST", wire.create_path(brand_id), endpoint=wire.CREATE, body=body, repeat=Repeat.CREATES
            )
        except RejectedError as error:
            if _speaks_of_a_duplicate(error):
                raise DuplicateError(error.endpoint, error.status, error.words) from error
            raise
        return reading.read_created_id(answer, new.source_id)

    def get_media(self, brand_id: int, media_id: int) -> Media:
        """One record by its id."""
        answer = self._library.call("GET", wire.media_path(brand_id, media_id), endpoint=wire.GET)
        return reading.read_media(answer, brand_id)

    def list_media(self, brand_id: int, start: date, end: date) -> Iterator[Media]:
        """Uploaded records whose `source_created_at` lies on a day from `start` to `end`, both included, UTC.

        Newest first, each once. A record without the time is yielded too, since it cannot be ruled out.
        """
        window = Window(start, end)
        for media in self._read(brand_id, window):
            if media.source_created_at is None or window.holds(media.source_created_at.date()):
                yield media

    def find_media(self, brand_id: int, wanted: Mapping[str, date], *, one_in: int | None = None) -> dict[str, Media]:
        """Records by `source_id`; what is not in the library is not in the answer. Of two, the one created first.

        Args:
            brand_id: the brand.
            wanted: `source_id` → day of its `source_created_at`, UTC. Neighbouring days are asked for together.
            one_in: give a window up where fewer of its records than this are wanted ones (`read_while_worth`); None reads on until
                all are found. With it, what is not in the answer may still be in the library.
        """
        found: dict[str, Media] = {}
        for window in merge_days(wanted.values()):
            missing = {source_id for source_id, day in wanted.items() if window.holds(day)} - found.keys()
            records = self._read(brand_id, window) if missing else iter(())
            for media in read_while_worth(records, missing.copy(), one_in):
                if (source_id := media.source_id or "") in wanted:
                    found[source_id] = min(media, found.get(source_id, media), key=lambda one: one.id)
                    missing.discard(source_id)
                if not missing:
                    break
        return found

    def _read(self, brand_id: int, window: Window) -> Iterator[Media]:
        """Uploaded records of the padded window."""
        asked = window.padded()

        def read_page(offset: int) -> Page:
            body = wire.list_body(asked.start, asked.end, offset)
            answer = self._library.call("PUT", wire.list_path(brand_id), endpoint=wire.LIST, body=body)
            return reading.read_page(answer, brand_id)

        return read_all(read_page, self._pause)


@contextmanager
def open_social(
    settings: SocialSettings,
    *,
    tally: RequestTally,
    budget: RateBudget | None = None,
    retry: RetryPolicy | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> Iterator[SocialClient]:
    """A client with its connections, closed at the end.

    Args:
        settings: where, with which token, how fast.
        tally: counts every request by endpoint.
        budget: shared with others who use the same application limit; by default one of its own.
        retry: limits of the short repeats.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.
        wall: seconds since 1970.
    """
    budget = budget or RateBudget(settings.requests_per_minute, sleep=sleep, clock=clock, wall=wall)
    with ExitStack() as opened:
        library, auth = (
            opened.enter_context(
                closing(
                    Api(
                        url,
                        settings.token,
                        budget=budget,
                        tally=tally,
                        retry=retry,
                        sleep=sleep,
                        clock=clock,
                        wall=wall,
                    )
                )
            )
            for url in (settings.api_url, settings.auth_url)
        )
        storage = opened.enter_context(closing(Storage(tally=tally, retry=retry, sleep=sleep, clock=clock, wall=wall)))
        yield SocialClient(
            library=library,
            auth=auth,
            storage=storage,
            put_mode=settings.put_mode,
            page_pause_s=settings.page_pause_s,
            sleep=sleep,
        )


def _speaks_of_a_duplicate(error: RejectedError) -> bool:
    words = error.words.lower()
    return error.status in wire.DUPLICATE_STATUSES and any(hint in words for hint in wire.DUPLICATE_WORDS)
