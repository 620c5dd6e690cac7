"""Everything that we ask of Dash, run through its own client: `DASH_CALLS`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr

from dashmedia.contract import dash_answers as told
from dashmedia.contract.calls import Apis, Call
from dashmedia.contract.dash_bodies import BODIES, CRITERIA, PARTS, upload_bodies
from dashmedia.dam import wire
from dashmedia.dam.client import DashClient
from dashmedia.dam.criteria import Equals
from dashmedia.dam.events import COUNTED, DashEvents
from dashmedia.dam.field_refs import Fixed, Plain
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.oauth import RefreshedToken, read_life_s
from dashmedia.dam.schema.option_tree import OptionTree
from dashmedia.dam.searches import Sort
from dashmedia.dam.upload_reading import read_asset_upload
from dashmedia.exports.search import Criterion, Dimension, Interval, NoneOf, OneOf
from dashmedia.limits import (
    DAM_ASSET_CAP_ROWS,
    DAM_ASSET_PAGE_ROWS,
    DAM_EVENT_CAP_ROWS,
    DAM_EVENT_PAGE_ROWS,
)

if TYPE_CHECKING:
    from dashmedia.http import Api

SIZE, PART_SIZE = 500, 500
_WINDOW = datetime(2031, 2, 17, tzinfo=UTC), datetime(2031, 2, 18, tzinfo=UTC)


def _client(apis: Apis) -> DashClient:
    return DashClient(cast("Api", apis.api))


def _search_assets(apis: Apis) -> Any:
    """The last page that is ever asked for, by every criterion, in both directions, and by what may be moved where."""
    dash, staged = _client(apis), Equals(Fixed(wire.LIFECYCLE_STATE), wire.STAGED)
    last, rows = DAM_ASSET_CAP_ROWS - DAM_ASSET_PAGE_ROWS, DAM_ASSET_PAGE_ROWS
    page = dash.search_assets(staged, 0, rows, [Sort(Fixed(wire.DATE_STAGED))])
    for criterion in CRITERIA:
        dash.search_assets(criterion, last, rows, [Sort(Fixed(wire.DATE_LAST_MODIFIED), descending=True)])
    for state in wire.STATES[1:]:
        dash.search_assets(staged, 0, wire.COUNT_ROWS, action=wire.ACTION_MOVE_TO + state)
    return page


def _options(apis: Apis) -> Any:
    dash = _client(apis)
    page = dash.search_field_options(Equals(Plain(wire.OPTION_FIELD_ID), told.FIELD_ID), 0, 1)
    tree = OptionTree(dash)
    # One that goes beyond the reach of paging asks for a name of its own.
    tree.level(told.FIELD_ID, page.records[0])
    small = OptionTree(dash, cap=1)
    small.named(told.FIELD_ID, None, page.records[0].value)
    return page


def _events(apis: Apis) -> Any:
    """Pages to the last, with what an export constrains them to."""
    events = DashEvents(_client(apis))
    page = events.page(Criterion(*_WINDOW), 0, DAM_EVENT_PAGE_ROWS)
    for dimension in Dimension:
        bound = (OneOf(dimension, ("a",)), NoneOf(dimension, ("b", "c")))
        events.page(Criterion(*_WINDOW, bound), DAM_EVENT_CAP_ROWS - DAM_EVENT_PAGE_ROWS, DAM_EVENT_PAGE_ROWS)
    return page


def _counts(apis: Apis) -> Any:
    events, all_of_it = DashEvents(_client(apis)), Criterion(*_WINDOW)
    counted = events.histogram(all_of_it, Interval.HOUR)
    for interval in (Interval.DAY, Interval.MONTH):
        events.histogram(all_of_it, interval)
    for dimension in Dimension:
        events.terms(all_of_it, dimension)
    return counted


def _token(apis: Apis) -> Any:
    kept = _Kept()
    secrets: dict[str, Any] = {
        "client_secret": SecretStr("a-client-secret"),
        "refresh_token": SecretStr("a-refresh-token"),
    }
    token = RefreshedToken(cast("Api", apis.auth), client_id="a-client", kept=kept, **secrets)
    return token.current().get_secret_value(), kept.tokens, read_life_s(apis.auth.first())


class _Kept:
    def __init__(self) -> None:
        self.tokens: list[str] = []

    def keep(self, token: SecretStr) -> None:
        self.tokens.append(token.get_secret_value())

    def latest(self) -> SecretStr | None:
        return None


def _upload(apis: Apis) -> Any:
    dash = _client(apis)
    first, *_ = [dash.create_asset_upload(body) for body in upload_bodies()]
    return first


def _submit(kind: JobKind) -> Call:
    def act(apis: Apis) -> Any:
        first, *_ = [_client(apis).submit_job(kind, body) for body in BODIES[kind]]
        return first

    return Call(act, ({"id": told.JOB_ID},))


def _job(kind: JobKind) -> Call:
    """A job that is looked at, and of uploads what is read out of it."""

    def act(apis: Apis) -> Any:
        job = _client(apis).job(kind, told.JOB_ID)
        if not kind.gives_uploads:
            return job
        where: dict[str, Any] = {"endpoint": wire.job_call("GET", kind), "size": SIZE, "part_size": PART_SIZE}
        return job, [read_asset_upload(one, **where) for one in job.successes.values()]

    shapes = told.shapes_of_job(told.UPLOAD) + told.shapes_of_job(told.RANGED)
    return Call(act, shapes if kind.gives_uploads else told.shapes_of_job({}))


DASH_CALLS = (
    Call(_token, (told.TOKEN,)),
    Call(lambda apis: _client(apis).current_user(), tuple(one | {wire.PERMITTED: told.PERMITTED} for one in told.shapes_of_one(told.USER))),
    Call(lambda apis: _client(apis).fields(), ([told.enveloped(told.FIELD)], [told.FIELD], {wire.RESULTS: [told.enveloped(told.FIELD)]}, {wire.RESULTS: [told.FIELD]})),
    Call(lambda apis: _client(apis).folder_settings(), told.shapes_of_one({"fieldId": told.FIELD_ID})),
    Call(lambda apis: _client(apis).field_option(told.OPTION_ID), tuple(one | {wire.PERMITTED: told.ASSIGNABLE} for one in told.shapes_of_one(told.OPTION))),
    Call(_options, told.shapes_of_rows(told.ROOT), then=({wire.RESULTS: [], wire.TOTAL: 0}, told.shapes_of_rows(told.ROOT)[0])),
    Call(lambda apis: _client(apis).asset(told.ASSET_ID), told.shapes_of_one(told.ASSET)),
    Call(_search_assets, told.shapes_of_rows(told.ASSET)),
    Call(
        lambda apis: list(_client(apis).scroll_assets(CRITERIA[0], [Sort(Fixed(wire.DATE_STAGED))])),
        told.shapes_of_rows(told.ASSET, **{wire.SCROLL_ID: "a-walk"}),
        then=({wire.RESULTS: [], wire.TOTAL: 1},),
    ),
    Call(lambda apis: _client(apis).portal(told.PORTAL_ID), told.shapes_of_one(told.PORTAL)),
    Call(lambda apis: _client(apis).user(told.USER_ID), told.shapes_of_one(told.USER)),
    Call(_events, told.shapes_of_rows(told.EVENT)),
    Call(_counts, told.shapes_of_buckets(COUNTED)),
    *(_submit(kind) for kind in JobKind),
    *(_job(kind) for kind in JobKind),
    Call(_upload, told.shapes_of_one(told.UPLOAD) + told.shapes_of_one(told.RANGED)),
    Call(lambda apis: _client(apis).complete_upload(told.ASSET_ID, told.UPLOAD_ID, [(number, told.MD5) for number in PARTS])),
)  # fmt: skip
