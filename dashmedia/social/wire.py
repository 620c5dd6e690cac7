"""Every spelling of Dash Social's API that we send or look for, with how sure it is. Correct an assumption here only.

Marks: `seed` is the vendor's upload guide, `docs` another page of developer.dashsocial.com, `seen` a real answer found
in public code, `assumed` our decision where nothing is known. The full list is in docs/contract.md.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dashmedia.limits import SOCIAL_PAGE_ITEMS

if TYPE_CHECKING:
    from datetime import date

    from dashmedia.social.models import NewMedia

# --- calls: names in messages and tallies, then paths ---

IDENTITY = "GET api/self"
ISSUE_URL = "POST media_upload_url"
CREATE = "POST brands/media"
LIST = "PUT brands/media/v2"
GET = "GET brands/media/v2"

IDENTITY_PATH = "/api/self"  # docs: content tag guide; on the auth host
ISSUE_URL_PATH = "/media_upload_url"  # seed


def create_path(brand_id: int) -> str:
    """Seed: step 3 of the upload guide."""
    return f"/brands/{brand_id}/media"


def list_path(brand_id: int) -> str:
    """Seed and docs. A read although the method is PUT."""
    return f"/brands/{brand_id}/media/v2"


def media_path(brand_id: int, media_id: int) -> str:
    """Docs: `media_id` is `id`, not `brand_media_id`."""
    return f"/brands/{brand_id}/media/v2/{media_id}"


# --- what we send ---

#: Whether `meta` is sent as an object. Assumed: the guide prints a string that is no JSON, real answers hold an object.
META_AS_OBJECT = True

#: Seed: listed for the PUT of the bytes, beside Content-Type and Content-Length. They are not part of a signature.
PUT_HEADERS = {"Cache-Control": "no-cache", "Accept": "application/json"}

UPLOADED = "UPLOADED"  # seed: the brand media type, sent as `type` at create and as a filter


def issue_url_body(filename: str, content_type: str) -> dict[str, Any]:
    """Seed: both required."""
    return {"filename": filename, "content_type": content_type}


def create_body(new: NewMedia) -> dict[str, Any]:
    """Seed: all six members; the format of the time is assumed (UTC, whole seconds, `Z`)."""
    meta = {"filename": new.filename}
    return {
        "source": "UPLOAD",
        "source_id": new.source_id,
        "type": UPLOADED,
        "url": new.url,
        "meta": meta if META_AS_OBJECT else json.dumps(meta),
        "source_created_at": time_text(new.source_created_at),
    }


def list_body(start: date, end: date, offset: int) -> dict[str, Any]:
    """Seed: filters and limit. Seen: `DATE`, newest first. Whether `end` is inclusive is unknown; callers pad."""
    return {
        "limit": SOCIAL_PAGE_ITEMS,
        "offset": offset,
        "filters": {
            "brand_media_types": [UPLOADED],
            "source_created_at": {"start": start.isoformat(), "end": end.isoformat()},
        },
        "sort_fields": ["DATE"],
    }


def time_text(at: datetime) -> str:
    """Assumed: ISO 8601 in UTC, whole seconds, with `Z`, as the examples of the reference show it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- what we look for in answers ---

#: Assumed: members that may hold the upload URL, best first.
URL_MEMBERS = ("url", "upload_url", "signed_url", "presigned_url", "media_upload_url", "s3_url")

#: Assumed: members in which an answer may be wrapped.
ENVELOPES = ("data", "media")

STATUS_READY = "PROCESSED"  # seen; the only value ever seen
STATUSES_FAILED = frozenset({"FAILED", "ERROR"})  # assumed

#: Statuses and words by which a create may say that the `source_id` exists. The shared library of the vendor answers
#: a database integrity violation with 400 and a `description`; the words are a hint, the look-up decides.
DUPLICATE_STATUSES = frozenset({400, 409, 422})
DUPLICATE_WORDS = ("integrity", "duplicate", "unique", "already exist")
