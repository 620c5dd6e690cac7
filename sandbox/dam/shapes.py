"""How resources look on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam.demo import ACCOUNT_ID
from sandbox.dam.moments import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.dam.store import Asset, AssetValue, Field, FieldOption, Portal, User


def permitted(resource: str, action: str, resource_id: str | None = None) -> dict[str, str | None]:
    """One permitted action, section 4 of the contract."""
    return {"resourceType": resource, "resourceId": resource_id, "action": action}


def envelope(result: Any, *actions: dict[str, str | None]) -> dict[str, Any]:
    """A resource, beside what may be done with it."""
    return {"result": result, "permittedActions": list(actions)}


def asset(row: Asset, values: Iterable[AssetValue], preview_url: str) -> dict[str, Any]:
    """An asset with its current file and all its values."""
    by_field: dict[str, list[str]] = {}
    for one in values:
        by_field.setdefault(one.field_id, []).append(one.value)
    return {
        "id": row.id,
        "accountId": ACCOUNT_ID,
        "lifecycleStatus": _lifecycle(row),
        "dateLastModified": iso(row.modified_ms),
        "currentAssetFile": _file(row, preview_url),
        "metadata": {"values": by_field},
    }


def _lifecycle(row: Asset) -> dict[str, str]:
    """Dates of states it never was in are left out."""
    dates = {"dateStaged": row.staged_ms, "datePendingApproval": row.pending_ms, "dateLive": row.live_ms}
    been = {name: iso(ms) for name, ms in dates.items() if ms is not None}
    return {"state": row.state, "stagedBy": row.staged_by} | been


def _file(row: Asset, preview_url: str) -> dict[str, Any] | None:
    """None for an asset whose file was never uploaded."""
    if row.file_id is None:
        return None
    kind, _, subtype = row.media_type.partition("/")
    return {
        "id": row.file_id,
        "filename": row.filename,
        "fileType": row.file_type,
        "size": row.size,
        "checksum": row.checksum,
        "dimensions": {"width": row.width, "height": row.height} if row.width else None,
        "mediaType": {"type": kind, "subType": subtype},
        "previewUrl": preview_url,
        "dateAdded": iso(row.file_added_ms),
    }


def field(row: Field) -> dict[str, Any]:
    """A field; `indestructable` is the vendor's spelling."""
    return {
        "id": row.id,
        "name": row.name,
        "dataType": row.data_type,
        "multiValue": bool(row.multi_value),
        "hasFixedOptions": bool(row.has_fixed_options),
        "hierarchical": bool(row.hierarchical),
        "editControl": {"id": row.edit_control},
        "indestructable": bool(row.indestructable),
    }


def option(row: FieldOption, children: Mapping[str, int], parent: dict[str, Any] | None) -> dict[str, Any]:
    """A field option; `parent` is its branch upward."""
    below = children.get(row.id, 0)
    return {
        "id": row.id,
        "value": row.value,
        "fieldId": row.field_id,
        "position": row.position,
        "leaf": below == 0,
        "numberOfChildren": below,
        "parent": parent,
    }


def portal(row: Portal) -> dict[str, Any]:
    """A portal."""
    return {
        "id": row.id,
        "accountId": ACCOUNT_ID,
        "name": row.name,
        "currentSlug": row.slug,
        "slugs": [row.slug],
        "whitelistedFolderFieldOptionIds": [],
        "welcomeMessage": {"title": None, "body": None},
        "showRecentlyAddedAssets": True,
        "passcode": None,
        "assetPermittedActions": "VIEW_AND_DOWNLOAD",
    }


def user(row: User) -> dict[str, Any]:
    """A user."""
    return {
        "id": row.id,
        "accountId": ACCOUNT_ID,
        "email": row.email,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "name": f"{row.first_name} {row.last_name}",
        "picture": None,
        "lastLogin": None,
        "type": row.type,
        "permissions": {},
    }
