"""What the sandbox really answers to each call, taken down on the way to both clients."""

from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from pydantic import SecretStr
from support.fuzz.calls import SIGNED
from support.ingesting import photo

from dashmedia.dam import wire
from dashmedia.dam.client import DashClient
from dashmedia.dam.criteria import Equals, MatchAll
from dashmedia.dam.events import COUNTED, DATE
from dashmedia.dam.field_refs import Fixed, Plain
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.oauth import RefreshedToken
from dashmedia.dam.searches import DateHistogram, Sort, Terms
from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.exports.search import Interval
from dashmedia.http import Api
from dashmedia.rate import RateBudget, RequestTally
from dashmedia.social.client import SocialClient
from dashmedia.social.models import NewMedia
from dashmedia.storage import Storage

BRAND = 4242


class Noting(Api):
    """An `Api` that keeps each answer by endpoint."""

    def __init__(self, notes, url, token):
        super().__init__(url, SecretStr(token) if token else None, budget=RateBudget(100_000), tally=RequestTally())
        self._notes = notes

    def call(self, method, path, *, endpoint, **more):
        answer = super().call(method, path, endpoint=endpoint, **more)
        self._notes[endpoint].append(_without_permission(answer))
        return answer


def answers_of_the_sandbox(sandbox):
    """JSON of its answers, by endpoint. The storage's are not JSON and not here."""
    notes, env = defaultdict(list), SimpleNamespace(**sandbox.env)
    with ExitStack() as opened:
        dash, login, library = (
            opened.enter_context(closing(Noting(notes, url, token)))
            for url, token in (
                (env.DASH_API_URL, env.DASH_API_TOKEN),
                (env.DASH_AUTH_URL, None),
                (env.DASH_SOCIAL_API_URL, env.DASH_SOCIAL_TOKEN),
            )
        )
        storage = opened.enter_context(closing(Storage(tally=RequestTally())))
        _use_dash(DashClient(dash), storage)
        secrets = {
            "client_secret": SecretStr(env.DASH_CLIENT_SECRET),
            "refresh_token": SecretStr(env.DASH_REFRESH_TOKEN),
        }
        RefreshedToken(login, client_id=env.DASH_CLIENT_ID, **secrets).current()
        _use_social(SocialClient(library=library, auth=library, storage=storage, put_mode="signed", page_pause_s=0))
    return dict(notes)


def _use_dash(dash, storage):
    user, folders = dash.current_user(), dash.folder_settings()
    dash.fields()
    options = dash.search_field_options(Equals(Plain(wire.OPTION_FIELD_ID), folders), 0, 2)
    dash.field_option(options.records[0].id)
    dash.user(user.user.id)
    assets = dash.search_assets(MatchAll(), 0, 2, [Sort(Fixed(wire.DATE_LIVE))]).records
    dash.asset(assets[0].id)
    next(dash.scroll_assets(MatchAll(), page_rows=2))
    aggregations = {COUNTED: DateHistogram(DATE, Interval.MONTH), "types": Terms(Plain("USER_TYPE"))}
    events = dash.search_download_events(MatchAll(), 0, 30, [Sort(DATE)], aggregations).events
    dash.portal(next(one.portal_id for one in events if one.portal_id))
    _use_jobs(dash, assets[0].id)
    body = wire.upload_item(None, "/UGC/a.bin", 5, None, asset_id=assets[0].id)
    upload = dash.create_asset_upload(body)
    etag = storage.put(upload.parts[0].url, b"bytes", size=5, content_type=None, name="a.bin")
    dash.complete_upload(upload.asset_id, upload.id, [(1, etag)])


def _use_jobs(dash, asset_id):
    known = ById((asset_id, "no-such-asset"))
    edit = {
        "selector": {"type": wire.BY_ID, "ids": [asset_id]},
        "edits": [{"type": "CLEAR", "fieldId": "no-such-field"}],
    }
    bodies = {
        JobKind.ASSET_AND_UPLOAD: wire.items_body([wire.upload_item("a", "/UGC/a.bin", 5, None)]),
        JobKind.ASSET_UPLOAD: wire.items_body([wire.upload_item("a", "/UGC/a.bin", 5, None, asset_id=asset_id)]),
        JobKind.LIFECYCLE: transition_body(Transition.LIVE_TO_BINNED, known),
        JobKind.METADATA_EDIT: edit,
    }
    for kind, body in bodies.items():
        job = dash.submit_job(kind, body)
        for _ in range(20):
            if dash.job(kind, job.id).state.is_terminal:
                break


def _use_social(social):
    social.identity()
    now, content = datetime.now(UTC), photo(1)
    url = social.issue_upload_url("a.jpg", "image/jpeg")
    social.put_original(url, content, size=len(content), content_type="image/jpeg", name="a.jpg")
    new = NewMedia(source_id="recorded", url=url.bare, filename="a.jpg", source_created_at=now)
    media_id = social.create_media(BRAND, new)
    social.get_media(BRAND, media_id)
    list(social.list_media(BRAND, now.date() - timedelta(days=1), now.date()))


def _without_permission(value):
    """The same with our one signed URL in the place of each."""
    if isinstance(value, dict):
        return {name: _without_permission(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_permission(one) for one in value]
    return SIGNED if isinstance(value, str) and "X-Amz-Signature" in value else value
