"""Answers of Dash, read once at the edge: every known variant in, one strict model out, else `ContractError`.

Messages describe a value by its kind and its members, never by its content: an answer may hold a signed URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from dashmedia.dam import wire
from dashmedia.dam.envelope import checked, reference, required_text, resource, rows_of
from dashmedia.dam.models import (
    Asset,
    AssetFile,
    CurrentUser,
    Field,
    FieldOption,
    LifecycleStatus,
    Page,
    PermittedAction,
    Portal,
    User,
    UtcTime,
)
from dashmedia.errors import ContractError
from dashmedia.members import as_count, as_object, as_text, describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

R = TypeVar("R")


def read_current_user(answer: Any) -> CurrentUser:
    """Whose token it is, and what may be done with it."""
    user = read_user(answer, wire.CURRENT_USER)
    return CurrentUser(user=user, permitted_actions=_permitted(as_object(answer).get(wire.PERMITTED)))


def read_user(answer: Any, endpoint: str = wire.USER) -> User:
    """One user; names that are no text are left out."""
    record, where = resource(endpoint, answer)
    facts = {"name": "name", "first_name": "firstName", "last_name": "lastName", "email": "email", "type": "type"}
    told = {name: as_text(record.get(member)) for name, member in facts.items()}
    return User(id=required_text(endpoint, record, "id", where), **told)


def read_portal(answer: Any) -> Portal:
    """One portal."""
    record, where = resource(wire.PORTAL, answer)
    return Portal(
        id=required_text(wire.PORTAL, record, "id", where),
        name=required_text(wire.PORTAL, record, "name", where),
        current_slug=as_text(record.get("currentSlug")),
    )


def read_asset(answer: Any, endpoint: str = wire.ASSET, at: str = "") -> Asset:
    """One asset, bare or enveloped."""
    record, where = resource(endpoint, answer, at)
    facts = {
        "id": required_text(endpoint, record, "id", where),
        "lifecycle_status": _lifecycle(endpoint, record, where),
        "date_last_modified": record.get("dateLastModified"),
        "current_asset_file": _file(endpoint, record.get("currentAssetFile"), f"{where}currentAssetFile."),
        "values": _values(endpoint, record, where),
    }
    return checked(Asset, facts, endpoint, where)


def read_assets(answer: Any, endpoint: str = wire.ASSET_SEARCH) -> Page[Asset]:
    """A page of assets."""
    return _page(endpoint, answer, read_asset)


def read_fields(answer: Any) -> list[Field]:
    """All fields: a bare list, or one in `results`."""
    rows = as_object(answer).get(wire.RESULTS) if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise ContractError(wire.FIELDS, "list", describe(answer), "a list of fields")
    return [_field(row, f"[{at}].") for at, row in enumerate(rows)]


def read_folder_field_id(answer: Any) -> str:
    """The id of the field that folders are options of."""
    record, where = resource(wire.FOLDER_SETTINGS, answer)
    return required_text(wire.FOLDER_SETTINGS, record, "fieldId", where)


def read_field_option(answer: Any, endpoint: str = wire.FIELD_OPTION, at: str = "") -> FieldOption:
    """One option with the branch above it."""
    record, where = resource(endpoint, answer, at)
    upward: list[dict[str, Any]] = [record]
    # Written without recursion: how deep folders go is the account's business.
    while isinstance(above := upward[-1].get("parent"), dict):
        upward.append(resource(endpoint, above, where)[0])
    option: FieldOption | None = None
    for one in reversed(upward):
        option = _option(endpoint, one, where, option)
    actions = _permitted(as_object(answer).get(wire.PERMITTED))
    may = None if actions is None else any(one.action == wire.ASSIGN_OPTION for one in actions)
    return (option or _option(endpoint, record, where, None)).model_copy(update={"assignable": may})


def read_field_options(answer: Any) -> Page[FieldOption]:
    """A page of options; whether they come with their branch is not sure."""
    return _page(wire.FIELD_OPTION_SEARCH, answer, read_field_option)


def _page(endpoint: str, answer: Any, read: Callable[[Any, str, str], R]) -> Page[R]:
    rows, total = rows_of(endpoint, answer)
    return Page(total, [read(row, endpoint, f"{wire.RESULTS}[{at}].") for at, row in enumerate(rows)])


def _permitted(value: Any) -> frozenset[PermittedAction] | None:
    if not isinstance(value, list):
        return None
    told = [(as_text(one.get("resourceType")), as_text(one.get("action")), one) for one in map(as_object, value)]
    return frozenset(
        PermittedAction(resource_type=kind, action=action, resource_id=as_text(one.get("resourceId")))
        for kind, action, one in told
        if kind and action
    )


def _lifecycle(endpoint: str, record: dict[str, Any], where: str) -> LifecycleStatus:
    status, where = as_object(record.get("lifecycleStatus")), f"{where}lifecycleStatus."
    told = {name: status.get(member) for name, member in _LIFECYCLE_DATES.items()}
    dates = {name: _date(value) for name, value in told.items()}
    return LifecycleStatus(
        state=required_text(endpoint, status, "state", where),
        staged_by=reference(status.get("stagedBy")),
        unreadable=tuple(name for name, value in told.items() if value is not None and dates[name] is None),
        **dates,
    )


_LIFECYCLE_DATES = {
    "date_staged": "dateStaged",
    "date_pending_approval": "datePendingApproval",
    "date_live": "dateLive",
}


def _date(value: Any) -> datetime | None:
    try:
        return None if value is None else _DATE.validate_python(value)
    except ValidationError:
        return None


_DATE: TypeAdapter[datetime] = TypeAdapter(UtcTime)


def _file(endpoint: str, value: Any, where: str) -> AssetFile | None:
    if value is None:
        return None
    record, where = resource(endpoint, value, where)
    facts = {
        "id": as_text(record.get("id")),
        "filename": as_text(record.get("filename")),
        "file_type": as_text(record.get("fileType")),
        "size": as_count(record.get("size")),
        "checksum": as_text(record.get("checksum")),
        "date_added": record.get("dateAdded"),
    }
    return checked(AssetFile, facts, endpoint, where)


def _values(endpoint: str, record: dict[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    """Metadata by field; a single value may stand alone, and nothing may stand for no values."""
    metadata = record.get("metadata")
    values = as_object(metadata).get("values")
    if metadata is None or (isinstance(metadata, dict) and values is None):
        return {}
    if not isinstance(values, dict):
        raise ContractError(endpoint, f"{where}metadata.values", describe(values), "an object of lists by field id")
    found = {field_id: _texts(value) for field_id, value in values.items()}
    for field_id, texts in found.items():
        if texts is None:
            seen = describe(values[field_id])
            raise ContractError(endpoint, f"{where}metadata.values.{field_id}", seen, "a list of texts")
    return {field_id: texts for field_id, texts in found.items() if texts}


def _texts(value: Any) -> tuple[str, ...] | None:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(listed) if all(isinstance(one, str) for one in listed) else None


def _field(row: Any, at: str) -> Field:
    record, where = resource(wire.FIELDS, row, at)
    control = record.get("editControl")
    return Field(
        id=required_text(wire.FIELDS, record, "id", where),
        name=required_text(wire.FIELDS, record, "name", where),
        data_type=as_text(record.get("dataType")),
        multi_value=record.get("multiValue") is True,
        has_fixed_options=record.get("hasFixedOptions") is True,
        hierarchical=record.get("hierarchical") is True,
        edit_control=reference(control),
        indestructible=record.get("indestructable") is True,
    )


def _option(endpoint: str, record: dict[str, Any], where: str, parent: FieldOption | None) -> FieldOption:
    leaf = record.get("leaf")
    return FieldOption(
        id=required_text(endpoint, record, "id", where),
        value=required_text(endpoint, record, "value", where),
        field_id=as_text(record.get("fieldId")),
        position=as_count(record.get("position")),
        leaf=leaf if isinstance(leaf, bool) else None,
        number_of_children=as_count(record.get("numberOfChildren")),
        parent=parent,
    )
