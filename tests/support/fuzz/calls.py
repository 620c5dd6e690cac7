"""Every call of both clients, once each and as small as it gets, with the answers that it understands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import SecretStr
from support.fuzz.secret import SECRET

from dashmedia.contract import dash_answers as told
from dashmedia.contract.dash_calls import DASH_CALLS, PART_SIZE, SIZE
from dashmedia.contract.social_calls import BRAND, DAY, MEDIA, NEW, SOCIAL_CALLS
from dashmedia.dam import wire as dam
from dashmedia.dam.criteria import MatchAll
from dashmedia.dam.events import COUNTED, DashEvents
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.oauth import RefreshedToken
from dashmedia.dam.schema.option_tree import OptionTree
from dashmedia.dam.upload_reading import read_asset_upload
from dashmedia.exports.search import Criterion, Dimension, Interval
from dashmedia.social import wire as social
from dashmedia.social.models import UploadUrl
from dashmedia.storage import ENDPOINT as PUT

SIGNED = f"https://storage.example/images/1.jpg?X-Amz-Date=20310217T092401Z&X-Amz-Expires=900&X-Amz-Signature={SECRET}"

_WINDOW = Criterion(datetime(2031, 2, 17, tzinfo=UTC), datetime(2031, 2, 18, tzinfo=UTC))
_ROWS_END = {dam.RESULTS: [], dam.TOTAL: 1}
_LIST_END = {"data": [], "paging": {"count": 1, "next": ""}}


@dataclass(frozen=True)
class Use:
    """One use of a client.

    Args:
        name: in the table; the endpoint, and what is done where one endpoint serves several.
        endpoint: as in tallies, by which the sandbox's answers are found.
        act: gets the services; gives what was read.
        shapes: answers that it understands.
        then: answers to further requests.
    """

    name: str
    endpoint: str
    act: object
    shapes: tuple = ({},)
    then: tuple = ()


def _signed(value):
    """The same answer with a URL that is as good as a key."""
    if isinstance(value, dict):
        return {name: _signed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_signed(one) for one in value]
    return SIGNED if isinstance(value, str) and value.startswith("https://storage.example") else value


def _shapes(calls, number):
    return tuple(_signed(shape) for shape in calls[number].shapes)


def _rows(resource, **beside):
    return tuple(_signed({**shape, dam.TOTAL: 1}) for shape in told.shapes_of_rows(resource, **beside))


def _token(services):
    secrets = {"client_secret": SecretStr("a-client-secret"), "refresh_token": SecretStr("a-refresh-token")}
    kept = _Kept()
    bought = RefreshedToken(services.api, client_id="a-client", kept=kept, clock=services.clock, **secrets)
    return bought.current(), bought._renew_at, kept.tokens


class _Kept:
    def __init__(self):
        self.tokens = []

    def keep(self, token):
        self.tokens.append(token)

    def latest(self):
        return None


def _job(kind):
    def act(services):
        job = services.dash.job(kind, told.JOB_ID)
        where = {"endpoint": dam.job_call("GET", kind), "size": SIZE, "part_size": PART_SIZE}
        uploads = [read_asset_upload(one, **where) for one in job.successes.values()] if kind.gives_uploads else []
        return job, job.share, uploads

    inner = (told.UPLOAD, told.RANGED) if kind.gives_uploads else ({},)
    shapes = tuple(_signed(shape) for one in inner for shape in told.shapes_of_job(one))
    return Use(dam.job_call("GET", kind), dam.job_call("GET", kind), act, shapes)


def _submit(kind):
    return Use(
        dam.job_call("POST", kind),
        dam.job_call("POST", kind),
        lambda one: one.dash.submit_job(kind, {}),
        ({"id": told.JOB_ID},),
    )


def _upload(services):
    body = dam.upload_item(None, "/UGC/store-17.jpg", SIZE, None, asset_id=told.ASSET_ID)
    return services.dash.create_asset_upload(body)


def _put(services):
    return services.storage.put(
        f"{services.url}/k?{SIGNED.partition('?')[2]}", b"bytes", size=5, content_type=None, name="part 1 of a.jpg"
    )


def _put_original(services):
    url = UploadUrl.of(f"{services.url}/k?{SIGNED.partition('?')[2]}")
    return services.social.put_original(url, b"bytes", size=5, content_type="image/jpeg", name="a.jpg")


DASH = (
    Use(dam.TOKEN, dam.TOKEN, _token, (told.TOKEN,)),
    Use(dam.CURRENT_USER, dam.CURRENT_USER, lambda one: one.dash.current_user(), _shapes(DASH_CALLS, 1)),
    Use(dam.FIELDS, dam.FIELDS, lambda one: one.dash.fields(), _shapes(DASH_CALLS, 2)),
    Use(dam.FOLDER_SETTINGS, dam.FOLDER_SETTINGS, lambda one: one.dash.folder_settings(), _shapes(DASH_CALLS, 3)),
    Use(
        dam.FIELD_OPTION, dam.FIELD_OPTION, lambda one: (one.dash.field_option(told.OPTION_ID), one.dash.folder_path(told.OPTION_ID)),
        _shapes(DASH_CALLS, 4),
    ),
    Use(
        dam.FIELD_OPTION_SEARCH, dam.FIELD_OPTION_SEARCH, lambda one: OptionTree(one.dash).named(told.FIELD_ID, None, "UGC"),
        _rows(told.ROOT), (_ROWS_END,),
    ),
    Use(dam.ASSET, dam.ASSET, lambda one: (one.dash.asset(told.ASSET_ID), one.dash.assets([told.ASSET_ID])), _shapes(DASH_CALLS, 6)),
    Use(dam.ASSET_SEARCH, dam.ASSET_SEARCH, lambda one: one.dash.search_assets(MatchAll(), 0, 1), _rows(told.ASSET)),
    Use(
        dam.ASSET_SCROLL, dam.ASSET_SCROLL, lambda one: list(one.dash.scroll_assets(MatchAll())),
        _rows(told.ASSET, **{dam.SCROLL_ID: "a-walk"}), (_ROWS_END,),
    ),
    Use(dam.PORTAL, dam.PORTAL, lambda one: one.dash.portal(told.PORTAL_ID), told.shapes_of_one(told.PORTAL)),
    Use(dam.USER, dam.USER, lambda one: one.dash.user(told.USER_ID), told.shapes_of_one(told.USER)),
    Use(dam.EVENT_SEARCH, dam.EVENT_SEARCH, lambda one: DashEvents(one.dash).page(_WINDOW, 0, 1), _rows(told.EVENT)),
    Use(
        f"{dam.EVENT_SEARCH} (histogram)", dam.EVENT_SEARCH, lambda one: DashEvents(one.dash).histogram(_WINDOW, Interval.HOUR),
        told.shapes_of_buckets(COUNTED),
    ),
    Use(
        f"{dam.EVENT_SEARCH} (terms)", dam.EVENT_SEARCH, lambda one: DashEvents(one.dash).terms(_WINDOW, Dimension.USER_TYPE),
        told.shapes_of_buckets(COUNTED),
    ),
    *(_submit(kind) for kind in JobKind),
    *(_job(kind) for kind in JobKind),
    Use(dam.ASSET_UPLOAD, dam.ASSET_UPLOAD, _upload, (*map(_signed, told.shapes_of_one(told.UPLOAD)), *map(_signed, told.shapes_of_one(told.RANGED)))),
    Use(
        dam.UPLOAD_COMPLETION, dam.UPLOAD_COMPLETION, lambda one: one.dash.complete_upload(told.ASSET_ID, told.UPLOAD_ID, [(1, told.MD5)]),
        ({"result": {"id": told.FILE_ID}}, {}),
    ),
)  # fmt: skip

SOCIAL = (
    Use(social.IDENTITY, social.IDENTITY, lambda one: one.social.identity(), _shapes(SOCIAL_CALLS, 0)),
    Use(social.ISSUE_URL, social.ISSUE_URL, lambda one: one.social.issue_upload_url("a.jpg", "image/jpeg"), _shapes(SOCIAL_CALLS, 1)),
    Use(social.CREATE, social.CREATE, lambda one: one.social.create_media(BRAND, NEW), _shapes(SOCIAL_CALLS, 2)),
    Use(social.GET, social.GET, lambda one: one.social.get_media(BRAND, MEDIA), _shapes(SOCIAL_CALLS, 3)),
    Use(social.LIST, social.LIST, lambda one: list(one.social.list_media(BRAND, DAY, DAY)), _shapes(SOCIAL_CALLS, 4), (_LIST_END,)),
    Use(
        f"{social.LIST} (look-up)", social.LIST, lambda one: one.social.find_media(BRAND, {NEW.source_id: DAY, "another": date(2031, 3, 1)}),
        _shapes(SOCIAL_CALLS, 4), (_LIST_END,),
    ),
    Use(PUT, PUT, _put, (None,)),
    Use(f"{PUT} (original)", PUT, _put_original, (None,)),
)  # fmt: skip

USES = (*DASH, *SOCIAL)
