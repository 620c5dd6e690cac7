"""The calls of Dash that we need, for any number of threads."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

from dashmedia.dam import event_reading, job_reading, reading, upload_reading, wire
from dashmedia.dam.asset_lookup import find_assets
from dashmedia.dam.lookup import THREADS
from dashmedia.dam.oauth import RefreshedToken
from dashmedia.dam.scrolling import scroll_pages
from dashmedia.dam.searches import search_body
from dashmedia.http import Api, Repeat
from dashmedia.limits import DAM_ASSET_PAGE_ROWS
from dashmedia.members import as_object
from dashmedia.rate import RateBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pydantic import SecretStr

    from dashmedia.credentials import TokenSource
    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.job_models import Job, JobKind
    from dashmedia.dam.models import (
        Asset,
        CurrentUser,
        EventAnswer,
        Field,
        FieldOption,
        FolderPath,
        Page,
        Portal,
        User,
    )
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.dam.searches import Aggregation, Sort
    from dashmedia.dam.settings import DashSettings
    from dashmedia.dam.upload_reading import AssetUpload
    from dashmedia.rate import RequestTally
    from dashmedia.retry import RetryPolicy

#: Requests a minute to the login. Ours: one a month is what it should take.
LOGIN_REQUESTS_PER_MINUTE = 60


class DashClient:
    """Dash. Every call may raise what `Api.call` raises; answers are checked on the way in (`ContractError`).

    A look-up by an id that leads to nothing raises `RejectedError` with 404, or `PermissionDeniedError`.

    Args:
        api: the API.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def current_user(self) -> CurrentUser:
        """Whose token it is and what it may do; the cheapest proof that the token works."""
        return reading.read_current_user(self._get(wire.CURRENT_USER_PATH, wire.CURRENT_USER))

    def search_download_events(
        self,
        criterion: Criterion,
        start: int,
        size: int,
        sorts: Iterable[Sort] = (),
        aggregations: Mapping[str, Aggregation] | None = None,
    ) -> EventAnswer:
        """Rows `start` to `start + size` of the events that match, and buckets by the names of `aggregations`.

        Raises:
            ContractError: an event without id or time, or buckets that cannot be read.
        """
        body = search_body(criterion, start, size, sorts, aggregations)
        answer = self._search(wire.EVENT_SEARCH_PATH, wire.EVENT_SEARCH, body)
        return event_reading.read_events(answer, aggregations or ())

    def search_assets(
        self, criterion: Criterion, start: int, size: int, sorts: Iterable[Sort] = (), action: str | None = None
    ) -> Page[Asset]:
        """Rows `start` to `start + size` of the assets that match; only LIVE ones unless the criterion names a state.

        With an `action`, such as `wire.ACTION_MOVE_TO` and a state, only those with which the caller may do that.
        """
        body = search_body(criterion, start, size, sorts) | ({wire.ACTION: action} if action else {})
        return reading.read_assets(self._search(wire.ASSET_SEARCH_PATH, wire.ASSET_SEARCH, body))

    def scroll_assets(
        self, criterion: Criterion, sorts: Iterable[Sort] = (), page_rows: int = DAM_ASSET_PAGE_ROWS
    ) -> Iterator[Page[Asset]]:
        """All assets that match, however many, in whole pages; see `scroll_pages` for rows that come twice."""
        yield from scroll_pages(self._api, criterion, sorts, page_rows)

    def asset(self, asset_id: str) -> Asset:
        """One asset, whatever its state."""
        return reading.read_asset(self._get(wire.asset_path(asset_id), wire.ASSET))

    def assets(self, ids: Iterable[str], threads: int = THREADS) -> dict[str, Asset | None]:
        """Each of these assets by its id; None for one that is not there or that the caller may not see."""
        return find_assets(self, ids, threads)

    def fields(self) -> list[Field]:
        """All fields of the account, the folders among them."""
        return reading.read_fields(self._get(wire.FIELDS_PATH, wire.FIELDS))

    def folder_settings(self) -> str:
        """The id of the field whose options are the folders."""
        return reading.read_folder_field_id(self._get(wire.FOLDER_SETTINGS_PATH, wire.FOLDER_SETTINGS))

    def field_option(self, option_id: str) -> FieldOption:
        """One option with the whole branch above it."""
        return reading.read_field_option(self._get(wire.field_option_path(option_id), wire.FIELD_OPTION))

    def search_field_options(
        self, criterion: Criterion, start: int, size: int, sorts: Iterable[Sort] = ()
    ) -> Page[FieldOption]:
        """Rows `start` to `start + size` of the options that match; do not rely on their `parent`."""
        body = search_body(criterion, start, size, sorts)
        answer = self._search(wire.FIELD_OPTION_SEARCH_PATH, wire.FIELD_OPTION_SEARCH, body)
        return reading.read_field_options(answer)

    def folder_path(self, option_id: str) -> FolderPath:
        """Where a folder lies, by the id of its option."""
        return self.field_option(option_id).path

    def portal(self, portal_id: str) -> Portal:
        """One portal."""
        return reading.read_portal(self._get(wire.portal_path(portal_id), wire.PORTAL))

    def user(self, user_id: str) -> User:
        """One user by id, such as `auth0|65f0`, or by e-mail address."""
        return reading.read_user(self._get(wire.user_path(user_id), wire.USER))

    def submit_job(self, kind: JobKind, body: dict[str, Any]) -> Job:
        """Begin a batch job.

        Raises:
            OutcomeUnknownError: it may have begun; it was not sent again.
        """
        answer = self._create(wire.jobs_path(kind), wire.job_call("POST", kind), body)
        return job_reading.read_submitted_job(kind, answer)

    def job(self, kind: JobKind, job_id: str) -> Job:
        """One batch job as it is now."""
        answer = self._get(wire.job_path(kind, job_id), wire.job_call("GET", kind))
        return job_reading.read_job(kind, answer, job_id=job_id)

    def create_asset_upload(self, body: dict[str, Any]) -> AssetUpload:
        """Where to send a new version of an asset, or more URLs of an upload; `body` is a `wire.upload_item` without key.

        Raises:
            OutcomeUnknownError: an upload may have begun. More URLs of one that exists are asked for again instead.
        """
        asks_more = as_object(body.get(wire.PART_URLS_REQUEST)).get(wire.UPLOAD_ID[1])
        repeat = Repeat.SAFE if asks_more else Repeat.CREATES
        answer = self._create(wire.ASSET_UPLOAD_PATH, wire.ASSET_UPLOAD, body, repeat)
        facts = {"size": body["size"], "part_size": body["partSize"], "asset_id": body["assetId"]}
        return upload_reading.read_asset_upload(answer, endpoint=wire.ASSET_UPLOAD, **facts)

    def complete_upload(self, asset_id: str, upload_id: str, etags: Sequence[tuple[int, str]]) -> None:
        """Make one file of the parts that were sent.

        Args:
            asset_id: whose upload it is.
            upload_id: which.
            etags: number of each part, from 1, and the ETag that its PUT was answered with.

        Raises:
            OutcomeUnknownError: it may be complete; look at the asset's file.
        """
        body = wire.completion_body(asset_id, upload_id, etags)
        self._create(wire.UPLOAD_COMPLETION_PATH, wire.UPLOAD_COMPLETION, body)

    def _create(self, path: str, endpoint: str, body: dict[str, Any], repeat: Repeat = Repeat.CREATES) -> Any:
        return self._api.call("POST", path, endpoint=endpoint, body=body, repeat=repeat)

    def _get(self, path: str, endpoint: str) -> Any:
        return self._api.call("GET", path, endpoint=endpoint)

    def _search(self, path: str, endpoint: str, body: dict[str, Any]) -> Any:
        """A read, although it is a POST: a second sending is harmless."""
        return self._api.call("POST", path, endpoint=endpoint, body=body)


@contextmanager
def open_dash(
    settings: DashSettings,
    *,
    tally: RequestTally,
    budget: RateBudget | None = None,
    retry: RetryPolicy | None = None,
    refresh_tokens: RefreshTokens | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    wall: Callable[[], float] = time.time,
) -> Iterator[DashClient]:
    """A client with its connections, closed at the end.

    Args:
        settings: where, with which token, how fast.
        tally: counts every request by endpoint.
        budget: shared with others who use the same account; by default one of its own.
        retry: limits of the short repeats.
        refresh_tokens: keeps each new refresh token, which may be the only one that works from then on.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.
        wall: seconds since 1970.
    """
    times: dict[str, Any] = {"sleep": sleep, "clock": clock, "wall": wall}
    shared: dict[str, Any] = {"tally": tally, "retry": retry, **times}
    with ExitStack() as opened:
        token: SecretStr | TokenSource | None = settings.api_token
        if settings.oauth:
            client_id, client_secret, refresh_token = settings.oauth
            login_budget = RateBudget(LOGIN_REQUESTS_PER_MINUTE, **times)
            token = RefreshedToken(
                opened.enter_context(closing(Api(settings.auth_url, None, budget=login_budget, **shared))),
                client_id=client_id,
                client_secret=client_secret,
                refresh_token=refresh_token,
                access_token=settings.api_token,
                kept=refresh_tokens,
                clock=clock,
            )
        budget = budget or RateBudget(settings.requests_per_minute, **times)
        yield DashClient(opened.enter_context(closing(Api(settings.api_url, token, budget=budget, **shared))))
