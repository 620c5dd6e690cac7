"""Every spelling of Dash API v2 that we send or look for, with how sure it is. Correct an assumption here only.

Marks: `seed` is the vendor's own text, `docs` a page of api-docs.dash.app, `seen` public code that works with a live
account, `assumed` our decision where nothing is known. The full list is in docs/contract.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

# --- calls: names in messages and tallies, then paths ---

TOKEN = "POST oauth/token"  # noqa: S105  # the name of a call
CURRENT_USER = "GET current-user"
FIELDS = "GET fields"
FOLDER_SETTINGS = "GET folder-settings"
FIELD_OPTION = "GET field-options"
FIELD_OPTION_SEARCH = "POST field-option-searches"
ASSET = "GET assets"
ASSET_SEARCH = "POST asset-searches"
PORTAL = "GET portals"
USER = "GET users"
EVENT_SEARCH = "POST asset-download-event-searches"

TOKEN_PATH = "/oauth/token"  # noqa: S105  # seen; on the login's host
CURRENT_USER_PATH = "/current-user"  # seed
FIELDS_PATH = "/fields"  # seen
FOLDER_SETTINGS_PATH = "/folder-settings"  # seed
FIELD_OPTION_SEARCH_PATH = "/field-option-searches"  # docs
ASSET_SEARCH_PATH = "/asset-searches"  # docs
EVENT_SEARCH_PATH = "/asset-download-event-searches"  # seed


def field_option_path(option_id: str) -> str:
    """Docs."""
    return f"/field-options/{_encoded(option_id)}"


def asset_path(asset_id: str) -> str:
    """Docs."""
    return f"/assets/{_encoded(asset_id)}"


def portal_path(portal_id: str) -> str:
    """Docs."""
    return f"/portals/{_encoded(portal_id)}"


def user_path(user_id: str) -> str:
    """Seen: an id such as `auth0|65f0`, whose `|` must be encoded, or an e-mail address."""
    return f"/users/{_encoded(user_id)}"


def _encoded(key: str) -> str:
    # "." and ".." stay as they are in `quote`, and would lead to another resource.
    return quote(key, safe="") if key.strip(".") else key.replace(".", "%2E")


# --- OAuth ---


def refresh_body(client_id: str, client_secret: str, refresh_token: str) -> dict[str, str]:
    """Seen: JSON and form both work."""
    return {
        "grant_type": "refresh_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
    }


# --- criteria: types and members ---

MATCH_ALL = "MATCH_ALL"  # seen
AND = "AND"  # seed
OR = "OR"  # seed; its member by analogy with AND
NOT = "NOT"  # seed; its member assumed
EQUALS = "FIELD_EQUALS"  # seed
ANY_OF = "FIELD_HAS_ANY_EQUAL"  # seen
MATCHES = "FIELD_MATCHES"  # seen
IS_EMPTY = "FIELD_IS_EMPTY"  # seed
RANGE = "FIELD_RANGE"  # assumed; whether each end is inclusive is unknown

CRITERIA = "criteria"  # seed
NEGATED = "criterion"  # assumed; the member of NOT
FIELD = "field"  # seed
VALUE = "value"  # seed
VALUES = "values"  # seen
SINCE = "from"  # assumed
UNTIL = "to"  # assumed

FIXED = "FIXED"  # seed
FIXED_NAME = "fieldName"  # seed
CUSTOM = "FIELD"  # assumed
CUSTOM_ID = "fieldId"  # assumed

LIFECYCLE_STATE = "LIFECYCLE_STATE"  # seed
DATE_STAGED = "DATE_STAGED"  # seed
#: What `LIFECYCLE_STATE` may be: three from the seed, the bin assumed. A search that names none sees LIVE only.
STATES = ("STAGED", "PENDING_APPROVAL", "LIVE", "BINNED")
#: The FIXED field that is an asset's id; None while nobody knows it. With it, assets are looked up in batches.
ASSET_ID_FIELD: str | None = None

#: Seed: names of v1 that criteria and sorts no longer have, and what they are called now.
V1_FIELDS = {"DATE_ADDED": "DATE_LIVE", "ADDED_BY": "STAGED_BY"}
#: Seed: "Attribute" became "Field" everywhere; how v1 wrote it in a criterion is assumed.
V1_CUSTOM = "ATTRIBUTE"

# --- selectors of batch jobs ---

SELECTOR = "selector"  # seed
CRITERION = "criterion"  # seed
BY_CRITERION = "BY_CRITERION"  # seed
BY_ID = "BY_ID"  # assumed
IDS = "ids"  # assumed

# --- searches ---

ASCENDING = "ASC"  # docs
DESCENDING = "DESC"  # docs
TERMS = "TERMS"  # seen
DATE_HISTOGRAM = "DATE_HISTOGRAM"  # assumed

#: Rows asked for where only counts are wanted. 0 is seen to work for assets; 1 is surely a page.
COUNT_ROWS = 1


def search_body(
    criterion: dict[str, Any],
    start: int,
    size: int,
    sorts: list[dict[str, Any]],
    aggregations: dict[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Docs: all four are required. `aggregations` are seen for assets and told of by the seed for download events."""
    body: dict[str, Any] = {"from": start, "pageSize": size, "criterion": criterion, "sorts": sorts}
    return body | ({"aggregations": aggregations} if aggregations else {})


def time_text(at: datetime) -> str:
    """Docs: ISO 8601 in UTC with milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- download events: fields of criteria, sorts and aggregations ---

EVENT_DATE_FIELD = "DATE"  # assumed
#: By column of the frame. USER_TYPE and DOWNLOAD_TYPE: seed. The others: assumed.
EVENT_FIELDS = {
    "asset_id": "ASSET_ID",
    "user_id": "USER_ID",
    "user_type": "USER_TYPE",
    "portal_id": "PORTAL_ID",
    "download_type": "DOWNLOAD_TYPE",
}

# --- field options: fields of criteria and sorts; docs ---

OPTION_FIELD_ID = "FIELD_ID"
OPTION_PARENT_ID = "PARENT_ID"
OPTION_POSITION = "POSITION"

# --- what we look for in answers ---

RESULT = "result"  # seed: the envelope of one resource
RESULTS = "results"  # docs: of a search
TOTAL = "totalResults"  # docs
AGGREGATIONS = "aggregations"  # docs
PERMITTED = "permittedActions"  # seed

#: Assumed: members of a download event, best first.
EVENT_ID = ("id", "eventId")
EVENT_DATE = ("date", "dateDownloaded", "timestamp")
ASSET_REFERENCE = ("assetId", "asset")
FILE_REFERENCE = ("assetFileId", "assetFile")
USER_REFERENCE = ("userId", "user")
PORTAL_REFERENCE = ("portalId", "portal")
REFERENCES = (ASSET_REFERENCE, FILE_REFERENCE, USER_REFERENCE, PORTAL_REFERENCE)
USER_TYPE = "userType"
DOWNLOAD_TYPE = "downloadType"

#: Assumed: where the buckets of an aggregation stand, and what value and count are called in them.
BUCKETS = "buckets"
BUCKET_VALUE = ("value", "key")
BUCKET_COUNT = ("count", "docCount")

#: Seen in one account: the name of the ordinary field that holds an asset's title.
TITLE_FIELD = "Title"
