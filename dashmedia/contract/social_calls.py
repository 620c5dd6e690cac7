"""Everything that we ask of Dash Social, run through its own client: `SOCIAL_CALLS`. The storage is not in its file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast

from dashmedia.contract.calls import Apis, Call
from dashmedia.contract.recording import ByKey
from dashmedia.social import wire
from dashmedia.social.client import SocialClient
from dashmedia.social.models import NewMedia
from dashmedia.social.reading import read_page

BRAND, MEDIA = 4242, 734_800_512
SOURCE_ID = "0b6e2f6a-6c0e-5b1a-9a53-5d0f6f1f2a11"
DAY = date(2031, 2, 17)
AT = "2031-02-17T09:24:01Z"
NEW = NewMedia(
    source_id=SOURCE_ID,
    url="https://storage.example/images/1.jpg",
    filename="store-17.jpg",
    source_created_at=datetime(2031, 2, 17, 9, 24, 1, tzinfo=UTC),
)


def _record(kind: str = "image", media_id: int = MEDIA, meta: Any = None) -> dict[str, Any]:
    """A media object with all that is read of it."""
    return {
        "id": media_id,
        "brand_id": 77,
        "source_id": SOURCE_ID,
        "brand_media_status": wire.STATUS_READY,
        "source_created_at": AT,
        "type": kind.upper(),
        "meta": meta or {"filename": "store-17.jpg"},
        kind: {"sizes": {"original": {"url": "https://cdn.example/1.jpg", "size": 1_000}}},
    }


_META_TEXT = '{"filename": "store-17.jpg"}'
_RECORDS = (_record(), _record(meta=_META_TEXT))
_SELF = {"accessible_brands": [BRAND, 4343], "organization_id": 77}
_BY_SLUG = ByKey({"acme": {"id": BRAND, "name": "Acme"}})
_SELVES = (
    _SELF | {"brands": _BY_SLUG},
    _SELF | {"brands": [{"id": BRAND, "name": "Acme"}]},
    {"accessible_brands": [BRAND, 4343], "organization": {"id": 77}, "brands": _BY_SLUG},
)
_NO_MORE = {"data": [], "paging": {"count": 1, "next": ""}}


def _pages(meta: Any) -> Any:
    records = [_record(meta=meta), _record("video", MEDIA + 1, meta)]
    return {"data": records, "paging": {"count": 7, "next": ""}}


def _wrapped(*answers: Any) -> tuple[Any, ...]:
    """Answers as they are, and in every envelope."""
    return (*answers, *({name: answer} for name in wire.ENVELOPES for answer in answers))


def _client(apis: Apis) -> SocialClient:
    services: dict[str, Any] = {"library": cast("Any", apis.api), "auth": cast("Any", apis.auth), "storage": None}
    return SocialClient(**services, put_mode="auto", page_pause_s=0, sleep=lambda _: None)


def _list(apis: Apis) -> Any:
    """The records as the client lists them, and the page with its count and its end."""
    listed = list(_client(apis).list_media(BRAND, DAY, DAY))
    return listed, read_page(apis.api.first(), BRAND)


SOCIAL_CALLS = (
    Call(lambda apis: _client(apis).identity(), _wrapped(*_SELVES)),
    Call(
        lambda apis: _client(apis).issue_upload_url("store-17.jpg", "image/jpeg"),
        (*_wrapped({wire.URL_MEMBERS[0]: "https://storage.example/1"}), "https://storage.example/1"),
    ),
    Call(lambda apis: _client(apis).create_media(BRAND, NEW), _wrapped(*_RECORDS), status=201),
    Call(lambda apis: _client(apis).get_media(BRAND, MEDIA), _wrapped(*_RECORDS)),
    Call(_list, (_pages(None), _pages(_META_TEXT)), then=(_NO_MORE,)),
)
