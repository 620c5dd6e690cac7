"""Answers of Dash Social, read once at the edge: every known variant in, one strict model out, else `ContractError`.

Messages describe a value by its kind and its members, never by its content: an answer may hold a signed URL.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dashmedia.credentials import is_uploadable
from dashmedia.errors import ContractError
from dashmedia.members import as_count, as_object, as_text, describe
from dashmedia.social import wire
from dashmedia.social.models import Identity, Media, Page, UploadUrl

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_upload_url(answer: Any) -> UploadUrl:
    """The first usable URL of the answer: the answer itself, or a member of it, bare or in an envelope."""
    for found in _url_candidates(answer):
        if is_uploadable(found):
            return UploadUrl.of(found)
    raise ContractError(
        wire.ISSUE_URL, "url", describe(answer), f"an https URL, alone or as one of {', '.join(wire.URL_MEMBERS)}"
    )


def read_created_id(answer: Any, source_id: str) -> int | None:
    """The id of what was created; None when the answer does not say it, or speaks of another `source_id`."""
    for record in _records(answer):
        media_id = as_count(record.get("id"))
        if media_id is not None and record.get("source_id") in (None, source_id):
            return media_id
    return None


def read_media(answer: Any, brand_id: int) -> Media:
    """The media object, bare or in an envelope."""
    record = next((record for record in _records(answer) if "id" in record), answer)
    return _media(wire.GET, "", record, brand_id)


def read_page(answer: Any, brand_id: int) -> Page:
    """One page of a listing. It is the last when `paging.next` is there and empty."""
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        raise ContractError(wire.LIST, "data", describe(answer), "an object whose data is a list")
    media = [_media(wire.LIST, f"data[{at}].", record, brand_id) for at, record in enumerate(answer["data"])]
    paging = as_object(answer.get("paging"))
    return Page(media, total=as_count(paging.get("count")), is_last="next" in paging and not paging["next"])


def read_identity(answer: Any) -> Identity:
    """Brands by id, and the organisation; brands come as a map by slug or as a list."""
    record = next((record for record in _records(answer) if "accessible_brands" in record or "brands" in record), None)
    if record is None:
        raise ContractError(wire.IDENTITY, "accessible_brands", describe(answer), "a list of brand ids")
    names = _brand_names(record.get("brands"))
    organization = as_count(record.get("organization_id")) or as_count(as_object(record.get("organization")).get("id"))
    return Identity(
        accessible_brands=_accessible(record.get("accessible_brands"), names),
        brand_names=names,
        organization_id=organization,
    )


def _url_candidates(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, dict):
        yield from (answer[name] for name in wire.URL_MEMBERS if isinstance(answer.get(name), str))
        for name in wire.ENVELOPES:
            yield from _url_candidates(answer.get(name))


def _records(answer: Any) -> Iterator[dict[str, Any]]:
    """The objects in which a fact may stand: the answer, then what its envelopes hold."""
    if isinstance(answer, dict):
        yield answer
        for name in wire.ENVELOPES:
            if isinstance(answer.get(name), dict):
                yield answer[name]


def _media(endpoint: str, where: str, record: Any, brand_id: int) -> Media:
    if not isinstance(record, dict) or as_count(record.get("id")) is None:
        raise ContractError(endpoint, f"{where}id", describe(record), "a media object with a whole number as id")
    try:
        return Media.model_validate(_flat(record, brand_id))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        member = str(first["loc"][0])
        raise ContractError(endpoint, f"{where}{member}", describe(record.get(member)), first["msg"]) from error


def _flat(record: dict[str, Any], brand_id: int) -> dict[str, Any]:
    """The members of a media object that we use. What only informs a person is left out where it makes no sense."""
    original = _original(record)
    return {
        "id": as_count(record["id"]),
        "brand_id": as_count(record.get("brand_id")) or brand_id,
        "source_id": record.get("source_id"),
        "brand_media_status": record.get("brand_media_status"),
        "source_created_at": record.get("source_created_at"),
        "type": as_text(record.get("type")),
        "filename": as_text(_meta(record.get("meta")).get("filename")),
        "original_url": as_text(original.get("url")),
        "original_bytes": as_count(original.get("size")),
    }


def _original(record: dict[str, Any]) -> dict[str, Any]:
    """`image.sizes.original` or `video.sizes.original`; the key of the other kind is absent or null."""
    sizes = (as_object(as_object(record.get(kind)).get("sizes")) for kind in ("image", "video"))
    return next((found for found in (as_object(size.get("original")) for size in sizes) if found), {})


def _meta(value: Any) -> dict[str, Any]:
    """An object, or an object written as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return as_object(value)


def _brand_names(brands: Any) -> dict[int, str]:
    listed = brands if isinstance(brands, list) else []
    entries = list(brands.items()) if isinstance(brands, dict) else list(enumerate(listed))
    named = (
        (as_count(as_object(brand).get("id")), as_text(as_object(brand).get("name")) or str(slug))
        for slug, brand in entries
    )
    return {brand_id: name for brand_id, name in named if brand_id is not None}


def _accessible(value: Any, names: dict[int, str]) -> frozenset[int]:
    if value is None:
        return frozenset(names)
    ids = [as_count(entry) for entry in value] if isinstance(value, list) else [None]
    if None in ids:
        raise ContractError(wire.IDENTITY, "accessible_brands", describe(value), "a list of whole numbers")
    return frozenset(brand_id for brand_id in ids if brand_id is not None)
