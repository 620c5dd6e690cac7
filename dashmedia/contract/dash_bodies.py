"""Bodies that are sent to Dash: every criterion, every word and every optional member once, as large as they ever get."""

from __future__ import annotations

from typing import Any

from dashmedia.contract import dash_answers as told
from dashmedia.dam import wire
from dashmedia.dam.criteria import AnyOf, Criterion, Equals, IsEmpty, MatchAll, Matches, Range
from dashmedia.dam.edits import Edit, Operation, edit_body
from dashmedia.dam.field_refs import Custom, Fixed
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.selectors import ByCriterion, ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.limits import DAM_JOB_ITEMS, DAM_PART_BYTES, DAM_PART_URLS_AT_ONCE, DAM_PARTS_MAX
from dashmedia.promotion.options import JOB_SIZE

#: Numbers of the parts of the largest upload.
PARTS = range(1, DAM_PARTS_MAX + 1)

_STAGED = Equals(Fixed(wire.LIFECYCLE_STATE), wire.STAGED)
_FIXED = (wire.STAGED_BY, wire.FILE_TYPE, wire.DATE_PENDING_APPROVAL, wire.DATE_LIVE)
_CUSTOM = Custom(told.FIELD_ID)

CRITERIA: tuple[Criterion, ...] = (
    _STAGED,
    AnyOf(Fixed(wire.LIFECYCLE_STATE), wire.STATES),
    MatchAll(),
    Matches(_CUSTOM, "autumn") | Equals(_CUSTOM, "Kim"),
    _STAGED & ~IsEmpty(_CUSTOM),
    Range(Fixed(wire.DATE_STAGED), told.AT, told.AT) & Range(Fixed(wire.DATE_LAST_MODIFIED), told.AT),
    *(IsEmpty(Fixed(name)) for name in _FIXED),
)

_ONE = ById((told.ASSET_ID,))
_EDITS = [Edit(operation, told.FIELD_ID, () if operation is Operation.CLEAR else ("Kim",)) for operation in Operation]
_PATH = "/UGC/2031/store-17.jpg"


def _item(**asset: Any) -> dict[str, Any]:
    return wire.upload_item(told.ITEM_ID, _PATH, 3 * DAM_PART_BYTES, DAM_PART_BYTES, **asset)


def upload_bodies() -> tuple[dict[str, Any], ...]:
    """A new version of an asset with the size of its parts left open, and more URLs of one."""
    urls: list[tuple[int, str | None]] = [(number, None) for number in range(1, DAM_PART_URLS_AT_ONCE + 1)]
    return (
        wire.upload_item(None, _PATH, 500, None, asset_id=told.ASSET_ID),
        wire.upload_item(
            None, _PATH, 3 * DAM_PART_BYTES, DAM_PART_BYTES, asset_id=told.ASSET_ID, upload_id=told.UPLOAD_ID, urls=urls
        ),
    )


BODIES: dict[JobKind, tuple[dict[str, Any], ...]] = {
    JobKind.ASSET_AND_UPLOAD: (
        wire.items_body([wire.upload_item(told.ITEM_ID, _PATH, 500, None)]),
        wire.items_body([_item()] * DAM_JOB_ITEMS),
    ),
    JobKind.ASSET_UPLOAD: (wire.items_body([_item(asset_id=told.ASSET_ID)] * DAM_JOB_ITEMS),),
    JobKind.LIFECYCLE: (
        transition_body(Transition.STAGED_TO_LIVE, ById((told.ASSET_ID,) * JOB_SIZE)),
        transition_body(Transition.STAGED_TO_LIVE, ByCriterion(_STAGED)),
        *(transition_body(one, _ONE) for one in Transition),
    ),
    JobKind.METADATA_EDIT: (edit_body(_ONE, _EDITS), edit_body(ByCriterion(_STAGED), _EDITS)),
}
