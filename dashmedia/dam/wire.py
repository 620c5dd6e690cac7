"""Every spelling of Dash API v2 that we send or look for, with how sure it is. Correct an assumption here only.

Marks: `seed` is the vendor's own text, `docs` a page of api-docs.dash.app, `seen` public code that works with a live
account, `assumed` our decision where nothing is known. The full list is in docs/contract.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

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
ASSET_SCROLL = "POST asset-scroll-searches"
ASSET_UPLOAD = "POST asset-uploads"
UPLOAD_COMPLETION = "POST asset-upload-completions"

TOKEN_PATH = "/oauth/token"  # noqa: S105  # seen; on the login's host
CURRENT_USER_PATH = "/current-user"  # seed
FIELDS_PATH = "/fields"  # seen
FOLDER_SETTINGS_PATH = "/folder-settings"  # seed
FIELD_OPTION_SEARCH_PATH = "/field-option-searches"  # docs
ASSET_SEARCH_PATH = "/asset-searches"  # docs
EVENT_SEARCH_PATH = "/asset-download-event-searches"  # seed
ASSET_SCROLL_PATH = "/asset-scroll-searches"  # docs
ASSET_UPLOAD_PATH = "/asset-uploads"  # docs
UPLOAD_COMPLETION_PATH = "/asset-upload-completions"  # docs


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
STAGED_BY = "STAGED_BY"  # seed
FILE_TYPE = "FILE_TYPE"  # seed
DATE_STAGED = "DATE_STAGED"  # seed
DATE_LAST_MODIFIED = "DATE_LAST_MODIFIED"  # seed
DATE_PENDING_APPROVAL = "DATE_PENDING_APPROVAL"  # seed
DATE_LIVE = "DATE_LIVE"  # seed
#: What `LIFECYCLE_STATE` may be: three from the seed, the bin assumed. A search that names none sees LIVE only.
STATES = ("STAGED", "PENDING_APPROVAL", "LIVE", "BINNED")
STAGED, PENDING_APPROVAL, LIVE, BINNED = STATES
#: The FIXED field that is an asset's id; None while nobody knows it. With it, assets are looked up in batches.
ASSET_ID_FIELD: str | None = None

#: Seed: names of v1 that criteria and sorts no longer have, and what they are called now.
V1_FIELDS = {"DATE_ADDED": "DATE_LIVE", "ADDED_BY": "STAGED_BY"}
#: Seed: "Attribute" became "Field" everywhere; how v1 wrote it in a criterion is assumed.
V1_CUSTOM = "ATTRIBUTE"

# --- batch jobs: kinds, paths, words ---

ASSET_AND_UPLOAD_JOBS = "asset-and-upload"  # docs
ASSET_UPLOAD_JOBS = "asset-upload"  # docs
LIFECYCLE_JOBS = "asset-lifecycle-transition"  # seed
METADATA_EDIT_JOBS = "asset-metadata-edit"  # seed


def jobs_path(kind: str) -> str:
    """Seed: what is posted to."""
    return f"/{kind}-batch-jobs"


def job_path(kind: str, job_id: str) -> str:
    """Seed for two kinds, the others by the naming rule."""
    return f"{jobs_path(kind)}/{_encoded(job_id)}"


def job_call(method: str, kind: str) -> str:
    """The name of a call about jobs of one kind."""
    return f"{method} {kind}-batch-jobs"


JOB_TYPE = "type"  # seed
#: IN_PROGRESS: seed. The others: assumed, the first of each first.
JOBS_RUNNING = frozenset({"IN_PROGRESS"})
JOBS_COMPLETE = frozenset({"COMPLETE", "COMPLETED", "SUCCEEDED"})
JOBS_FAILED = frozenset({"FAILED", "ERROR", "CANCELLED"})
JOB_COMPLETED_AT = "dateCompleted"  # seed: only on jobs that completed
JOB_PROGRESS = "progress"  # seed
JOB_STEPS = "steps"  # seed
STEP_NAME = "name"  # assumed, as are the next two
STEP_TOTAL = "total"
STEP_COMPLETED = "completed"
SUCCESSES = "successes"  # docs, of synchronous batches
FAILURES = "failures"  # docs, of synchronous batches
BATCH_ITEM_ID = "batchItemId"  # docs
#: Assumed: by what an entry of a list is known, best first.
ENTRY_KEY = (BATCH_ITEM_ID, "assetId", "id")
#: Assumed: where a failure says what happened, best first, and its code.
FAILURE_WORDS = ("message", "error", "detail", "description", "reason")
FAILURE_CODE = "code"

# --- lifecycle transitions ---

TO_PENDING_APPROVAL = "STAGED_TO_PENDING_APPROVAL"  # seed
PENDING_APPROVAL_TO_LIVE = "PENDING_APPROVAL_TO_LIVE"  # assumed, as are all below
STAGED_TO_LIVE = "STAGED_TO_LIVE"
LIVE_TO_BINNED = "LIVE_TO_BINNED"
STAGED_TO_BINNED = "STAGED_TO_BINNED"
PENDING_APPROVAL_TO_BINNED = "PENDING_APPROVAL_TO_BINNED"
BINNED_TO_LIVE = "BINNED_TO_LIVE"


def transition_body(transition: str, selector: dict[str, Any]) -> dict[str, Any]:
    """Seed."""
    return {"transition": transition, SELECTOR: selector}


# --- metadata edits: all assumed ---

EDIT_ADD = "ADD"
EDIT_REMOVE = "REMOVE"
EDIT_REPLACE = "REPLACE"
EDIT_CLEAR = "CLEAR"


def edit(operation: str, field_id: str, values: Sequence[str]) -> dict[str, Any]:
    """One change of one field of every selected asset."""
    return {"type": operation, "fieldId": field_id, "values": list(values)}


def edit_body(selector: dict[str, Any], edits: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`selector`: seed."""
    return {SELECTOR: selector, "edits": list(edits)}


# --- uploads ---

PART_URLS_REQUEST = "partUrlsRequest"  # docs


def upload_item(  # each is a member
    batch_item_id: str | None,
    path: str,
    size: int,
    part_size: int | None,
    *,
    asset_id: str | None = None,
    asset_file_id: str | None = None,
    upload_id: str | None = None,
    urls: Sequence[tuple[int, str | None]] | None = None,
) -> dict[str, Any]:
    """Docs: an item of the two upload jobs, or the body of `POST asset-uploads`.

    Args:
        batch_item_id: by what the item is known in the job's result; None for `POST asset-uploads`, which has none.
        path: folders and file name, from `/`.
        size: in bytes.
        part_size: in bytes; None leaves it to the service.
        asset_id: the asset that gets the bytes; None where the job makes one.
        asset_file_id: the version that gets them; None makes a new one.
        upload_id: the upload that more URLs are asked for; None begins one.
        urls: number of each part and its MD5 in hex; None asks for all.
    """
    item: dict[str, Any] = {BATCH_ITEM_ID: batch_item_id} if batch_item_id is not None else {}
    if asset_id is not None:
        item |= {"assetId": asset_id, "assetFileId": asset_file_id}
    item |= {"path": path, "size": size, "partSize": part_size}
    if urls is not None:
        wanted = [{"partNumber": number, "contentMd5": md5} for number, md5 in urls]
        item[PART_URLS_REQUEST] = {"uploadId": upload_id, "urlRequests": wanted}
    return item


def items_body(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Docs: the body of an upload job."""
    return {"items": list(items)}


def completion_body(asset_id: str, upload_id: str, etags: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Docs: number of each part and the ETag that its PUT was answered with, here without quotes."""
    parts = [{"partNumber": number, "eTag": etag.strip('"')} for number, etag in sorted(etags)]
    return {"assetId": asset_id, "uploadId": upload_id, "parts": parts}


#: Members of an AssetUpload; `id` and `assetId` are docs, the rest is assumed. Best first.
UPLOAD_ID = ("id", "uploadId")
PARTS = ("parts", "assetUploadParts", "partUrls")
PART_NUMBER = "partNumber"
PART_URL = ("url", "uploadUrl")
PART_START = "startByte"
PART_END = "endByte"
PART_RANGE = "byteRange"
RANGE_START = "start"
RANGE_END = "end"

# --- selectors of batch jobs ---

SELECTOR = "selector"  # seed
CRITERION = "criterion"  # seed
BY_CRITERION = "BY_CRITERION"  # seed
BY_ID = "BY_ID"  # assumed
IDS = "ids"  # assumed

# --- what a token may do: resource type and action ---

#: Seed. What else a run needs (transitions, edits) is told nowhere, so nothing else is asked for beforehand.
CREATE_ASSETS = ("ASSETS", "CREATE_ASSETS")
#: Docs: beside a field option, whether it may be assigned to assets.
ASSIGN_OPTION = "UPDATE_METADATA_WITH_FIELD_OPTION"

# --- searches ---

ACTION = "action"  # docs: narrows an asset search to what the caller may do that with
#: Docs: the complete list of actions has one for each state that assets can be moved to; put its name behind this.
ACTION_MOVE_TO = "SEARCH_FOR_CHANGE_LIFECYCLE_STATE_TO_"
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


SCROLL_ID = "scrollId"  # docs


def scroll_body(criterion: dict[str, Any], size: int, sorts: list[dict[str, Any]]) -> dict[str, Any]:
    """Docs: how a walk begins."""
    return {"pageSize": size, "criterion": criterion, "sorts": sorts}


def next_scroll_body(scroll_id: str) -> dict[str, Any]:
    """Assumed: how it goes on."""
    return {SCROLL_ID: scroll_id}


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
OPTION_VALUE = "VALUE"
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
