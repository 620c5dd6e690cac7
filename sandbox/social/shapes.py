"""How records look on the wire, in each of the variants."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox.social.store import Phase

if TYPE_CHECKING:
    from sandbox.social.store import Record
    from sandbox.social.variant import Variant

#: `brand_media_id` and `id` are different numbers on purpose: mixing them up must not work.
BRAND_MEDIA_ID_OFFSET = 300_000_000
#: The user behind the token.
USER_ID = 9001
ORGANIZATION = {"id": 77, "name": "Acme Group"}
#: Renditions and the box they fit. Contract, section 5.
RENDITION_HEIGHT = 400
SQUARES = {"small_square": 400, "medium_square": 640}
#: A rendition of a video is scaled to this width at most. Contract, section 5.
VIDEO_WIDTH = 1280

#: Members of a media that are null for every upload. Contract, section 7.
NULLS = dict.fromkeys(
    (
        "source_account_id",
        "content_tags",
        "collections",
        "creator",
        "content_rights_type",
        "content_rights_expiry_date",
        "content_rights_requested_by",
        "content_rights_requested_date",
    )
)


def media(record: Record, variant: Variant, url: str) -> dict[str, Any]:
    """A media object, section 7 of the contract; `url` is where anybody can read the original."""
    meta = record.meta_object | {"uploaded_by": USER_ID}
    zone = "Z" if variant.timestamps == "aware" else ""
    return {
        "id": record.id,
        "brand_id": record.brand_id,
        "brand_media_id": record.id + BRAND_MEDIA_ID_OFFSET,
        "brand_media_status": _status(record, variant),
        "source": "UPLOAD",
        "source_id": record.source_id,
        "source_type": "OWNED",
        "type": record.kind,
        "variants": [],
        "source_created_at": record.source_created_at + zone,
        "created_at": record.created_at + zone,
        "media_group": record.media_group,
        "meta": json.dumps(meta) if variant.meta_as == "string" else meta,
        "can_publish_within": {"start": None, "end": None},
        **NULLS,
        **_files(record, variant, url),
    }


def _status(record: Record, variant: Variant) -> str:
    words = {
        Phase.PENDING: variant.pending_status,
        Phase.DONE: variant.done_status,
        Phase.FAILED: variant.failed_status,
    }
    return words[record.phase]


def _files(record: Record, variant: Variant, url: str) -> dict[str, Any]:
    """`image` or `video`, never both; nothing when processing failed. Renditions come with the end of processing."""
    if variant.media_files == "absent" or record.phase == Phase.FAILED:
        return {}
    is_done = record.phase == Phase.DONE
    predictions = {"predictions": {"engagement": record.id % 997 / 20_000}} if is_done else {}
    if record.kind == "IMAGE":
        return predictions | {
            "image": {"sizes": _originals(record, url, is_done) | (_pictures(record, url) if is_done else {})}
        }
    video = {"duration": record.duration_s, "frame_rate": None, "sizes": _originals(record, url, is_done)}
    return predictions | {"video": video | ({"thumbnails": _pictures(record, url)} if is_done else {})}


def _originals(record: Record, url: str, is_done: bool) -> dict[str, Any]:
    original = {"url": url, "width": record.width, "height": record.height, "size": record.size}
    converted = original | ({"size": None} if record.kind == "VIDEO" else {})
    if record.kind == "VIDEO" and record.width and record.height and record.width > VIDEO_WIDTH:
        converted |= {"width": VIDEO_WIDTH, "height": record.height * VIDEO_WIDTH // record.width}
    return {"original": original} | ({"original_converted": converted} if is_done else {})


def _pictures(record: Record, url: str) -> dict[str, Any]:
    """Small pictures. Only their dimensions are worked out; each URL gives the original's bytes."""
    height = min(record.height, RENDITION_HEIGHT) if record.height else None
    width = record.width * height // record.height if record.width and record.height and height else None
    small = {"url": f"{url}?h={RENDITION_HEIGHT}", "width": width, "height": height}
    squares = {
        name: {"url": f"{url}?w={side}&h={side}&fit=cover", "width": side, "height": side}
        for name, side in SQUARES.items()
    }
    return {"small": small, **squares}


def created(record: Record, variant: Variant, url: str) -> Any:
    """The body of a create answer; None means an empty body."""
    whole = media(record, variant, url)
    match variant.create_shape:
        case "data":
            return {"data": whole}
        case "media_nested":
            return {"media": whole}
        case "no_id":
            return {"status": "accepted", "source_id": record.source_id}
        case "empty":
            return None
    return whole


def upload_url(url: str, variant: Variant) -> Any:
    """The body of a `media_upload_url` answer."""
    body: Any = url if variant.upload_url == "string" else {variant.upload_url: url}
    return {"data": body} if variant.upload_url_in_data else body


def identity(brands: dict[int, str]) -> dict[str, Any]:
    """Who the token belongs to and which brands it may see, section 2 of the contract."""
    organization = {"organization": ORGANIZATION, "organization_id": ORGANIZATION["id"]}
    return {
        "id": USER_ID,
        "email": "pipeline@example.com",
        "status": 0,
        "accessible_brands": sorted(brands),
        "brands": {
            slug: {"id": brand, "name": slug.replace("-", " ").title(), **organization}
            for brand, slug in brands.items()
        },
        **organization,
    }


def error(status: int, description: str, errors: dict[str, list[str]] | None, variant: Variant) -> dict[str, Any]:
    """An error body in one of the two documented forms, section 10 of the contract."""
    if variant.errors == "code":
        return {
            "code": status,
            "status": HTTPStatus(status).phrase,
            "message": description,
            "errors": errors or {},
        }
    return {"description": description} | ({"errors": errors} if errors else {})
