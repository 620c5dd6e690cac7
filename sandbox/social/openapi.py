"""Dash Social's own description of itself, as it answers in the usual variant."""

from __future__ import annotations

from typing import Any

from sandbox.openapi import ANY, MOMENT, NUMBER, TEXT, Operation, document, list_of, map_of, members, named, or_null
from sandbox.social.bodies import ListQuery, NewMedia, NewUpload

#: Of 18 digits at most: SQLite can hold them.
ID = NUMBER | {"maximum": 10**18 - 1}
SIZE = members({"url": TEXT, "width": or_null(NUMBER), "height": or_null(NUMBER)}, size=or_null(NUMBER))
ORGANIZATION = members({"id": NUMBER, "name": TEXT})

ANSWERS: dict[str, Any] = {
    "Media": members(
        {
            "id": NUMBER,
            "brand_id": NUMBER,
            "brand_media_id": NUMBER,
            "brand_media_status": TEXT,
            "source_id": TEXT,
            "type": {"enum": ["IMAGE", "VIDEO"]},
            "meta": map_of(ANY),
            "source_created_at": MOMENT,
            "created_at": MOMENT,
            "media_group": NUMBER,
        },
        image=members({"sizes": map_of(SIZE)}),
        video=members({"sizes": map_of(SIZE)}),
    ),
    "Refusal": members({"description": TEXT}, errors=map_of(list_of(TEXT))),
}
BRAND_NAMED = members({"id": NUMBER, "name": TEXT, "organization": ORGANIZATION, "organization_id": NUMBER})
IDENTITY = members(
    {
        "id": NUMBER,
        "accessible_brands": list_of(NUMBER),
        "brands": map_of(BRAND_NAMED),
        "organization": ORGANIZATION,
        "organization_id": NUMBER,
    }
)
PAGE = members(
    {
        "data": list_of(named("Media")),
        "paging": members({"count": NUMBER, "next": or_null(TEXT), "previous": or_null(TEXT)}),
    }
)
_BRAND, _MEDIA = {"brand_id": ID}, {"brand_id": ID, "media_id": ID}

OPERATIONS = (
    Operation("self", "GET", "/api/self", IDENTITY, refusals=(401, 405, 429)),
    Operation("media_upload_url", "POST", "/media_upload_url", members({"url": TEXT}), (NewUpload,)),
    Operation("create_media", "POST", "/brands/{brand_id}/media", named("Media"), (NewMedia,), 201, _BRAND),
    Operation("list_media", "PUT", "/brands/{brand_id}/media/v2", PAGE, (ListQuery,), parameters=_BRAND),
    Operation("get_media", "GET", "/brands/{brand_id}/media/v2/{media_id}", named("Media"), parameters=_MEDIA),
)


def social_document() -> dict[str, Any]:
    """The whole description."""
    return document("Dash Social (sandbox)", "/", OPERATIONS, ANSWERS, named("Refusal"), "application/json")
