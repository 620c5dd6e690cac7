"""Dash's own description of itself, as it answers in the usual variant."""

from __future__ import annotations

from typing import Any

from sandbox.dam.bodies import AssetSearch, EventSearch, Refresh, ScrollOn, ScrollSearch, Search, UserSearch
from sandbox.dam.jobs.routes import JOBS
from sandbox.dam.lifecycle import TransitionRequest
from sandbox.dam.metadata_edits import EditRequest
from sandbox.dam.refusal import PREFIX
from sandbox.dam.uploads.bodies import Completion, NewFileItems, NewVersion, NewVersionItems
from sandbox.openapi import FLAG, MOMENT, NUMBER, TEXT, Operation, document, list_of, map_of, members, named, or_null

BRANCH = or_null(named("Option"))
PART = members({"partNumber": NUMBER, "url": TEXT, "startByte": NUMBER, "endByte": {"type": "integer", "minimum": -1}})
STEP = members({"name": TEXT, "total": NUMBER, "completed": NUMBER})
OUTCOMES = members({"successes": map_of({"type": "object"}), "failures": map_of(members({"message": TEXT}))})

ANSWERS: dict[str, Any] = {
    "Action": members({"resourceType": TEXT, "resourceId": or_null(TEXT), "action": TEXT}),
    "Asset": members(
        {
            "id": TEXT,
            "lifecycleStatus": members({"state": TEXT, "stagedBy": TEXT}, dateStaged=MOMENT, dateLive=MOMENT),
            "dateLastModified": MOMENT,
            "currentAssetFile": or_null(named("File")),
            "metadata": members({"values": map_of(list_of(TEXT))}),
        }
    ),
    "File": members(
        {
            "id": TEXT,
            "filename": TEXT,
            "fileType": TEXT,
            "size": NUMBER,
            "checksum": or_null(TEXT),
            "dateAdded": MOMENT,
        }
    ),
    "Field": members(
        {
            "id": TEXT,
            "name": TEXT,
            "dataType": TEXT,
            "multiValue": FLAG,
            "hasFixedOptions": FLAG,
            "hierarchical": FLAG,
            "editControl": members({"id": TEXT}),
            "indestructable": FLAG,
        }
    ),
    "Option": members(
        {
            "id": TEXT,
            "value": TEXT,
            "fieldId": TEXT,
            "position": NUMBER,
            "leaf": FLAG,
            "numberOfChildren": NUMBER,
            "parent": BRANCH,
        }
    ),
    "Portal": members({"id": TEXT, "name": TEXT, "currentSlug": TEXT, "slugs": list_of(TEXT)}),
    "User": members({"id": TEXT, "email": TEXT, "firstName": TEXT, "lastName": TEXT, "name": TEXT, "type": TEXT}),
    "FolderSettings": members({"fieldId": TEXT}),
    "Event": members(
        {"id": TEXT, "assetId": TEXT, "assetFileId": TEXT, "userType": TEXT, "downloadType": TEXT, "date": MOMENT},
        userId=or_null(TEXT),
        portalId=or_null(TEXT),
    ),
    "Upload": members({"id": TEXT, "assetId": TEXT, "parts": list_of(PART)}),
    "Completed": members({"id": TEXT}),
    "Job": members(
        {"id": TEXT, "type": TEXT, "progress": members({"steps": list_of(STEP)})},
        status=TEXT,
        dateCompleted=MOMENT,
        result=OUTCOMES,
    ),
    "Token": members({"access_token": TEXT, "token_type": TEXT}, expires_in=NUMBER, refresh_token=TEXT, scope=TEXT),
    "Refusal": {
        "anyOf": [
            members({"timestamp": MOMENT, "status": NUMBER, "error": TEXT, "message": TEXT, "path": TEXT}),
            members({"error": TEXT, "error_description": TEXT}),
            members({"description": TEXT}),
        ]
    },
}


def _one(name: str) -> dict[str, Any]:
    """A resource in its envelope."""
    return members({"result": named(name), "permittedActions": list_of(named("Action"))})


def _page(name: str, **beside: dict[str, Any]) -> dict[str, Any]:
    return members({"totalResults": NUMBER, "results": list_of(_one(name))}, **beside)


_ID = {"id": TEXT | {"minLength": 1}}
_JOB_BODIES = (NewFileItems, NewVersionItems, TransitionRequest, EditRequest)

OPERATIONS = (
    Operation("oauth_token", "POST", "/oauth/token", named("Token"), (Refresh,), is_guarded=False),
    Operation("current_user", "GET", "/current-user", _one("User")),
    Operation("list_fields", "GET", "/fields", list_of(_one("Field"))),
    Operation("get_field", "GET", "/fields/{id}", _one("Field"), parameters=_ID),
    Operation("folder_settings", "GET", "/folder-settings", _one("FolderSettings")),
    Operation("search_field_options", "POST", "/field-option-searches", _page("Option"), (Search,)),
    Operation("get_field_option", "GET", "/field-options/{id}", _one("Option"), parameters=_ID),
    Operation("get_asset", "GET", "/assets/{id}", _one("Asset"), parameters=_ID),
    Operation("search_assets", "POST", "/asset-searches", _page("Asset"), (AssetSearch,)),
    Operation("scroll_assets", "POST", "/asset-scroll-searches", _page("Asset", scrollId=TEXT), (ScrollSearch, ScrollOn)),
    Operation("create_asset_upload", "POST", "/asset-uploads", _one("Upload"), (NewVersion,)),
    Operation("complete_asset_upload", "POST", "/asset-upload-completions", _one("Completed"), (Completion,)),
    Operation("get_portal", "GET", "/portals/{id}", _one("Portal"), parameters=_ID),
    Operation("search_portals", "POST", "/portal-searches", _page("Portal"), (Search,)),
    Operation("get_user", "GET", "/users/{id}", _one("User"), parameters=_ID),
    Operation("search_users", "POST", "/user-searches", _page("User"), (UserSearch,)),
    Operation(
        "search_download_events", "POST", "/asset-download-event-searches",
        _page("Event", aggregations=map_of({"type": "object"})), (EventSearch,),
    ),
    *(
        Operation(f"submit_{name}", "POST", f"/{path}", named("Job"), (body,))
        for (name, path), body in zip(JOBS, _JOB_BODIES, strict=True)
    ),
    *(Operation(f"get_{name}", "GET", f"/{path}/{{id}}", named("Job"), parameters=_ID) for name, path in JOBS),
)  # fmt: skip


def dam_document() -> dict[str, Any]:
    """The whole description."""
    return document("Dash (sandbox)", PREFIX, OPERATIONS, ANSWERS, named("Refusal"), "application/json")
