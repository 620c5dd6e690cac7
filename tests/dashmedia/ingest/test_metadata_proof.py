from __future__ import annotations

import pytest

from dashmedia.dam.edits import Edit, Operation
from dashmedia.dam.models import Asset, Field, FieldOption, LifecycleStatus
from dashmedia.dam.schema import Schema
from dashmedia.ingest.metadata_proof import what_differs


class NoTree:
    def options(self, ids):
        return {one: FieldOption(id=one, value=one.upper()) for one in ids}


SCHEMA = Schema(
    [
        Field(id="t", name="Title", data_type="STRING"),
        Field(id="d", name="Ends", data_type="DATE"),
        Field(id="m", name="Met", data_type="DATE_TIME"),
        Field(id="o", name="Rights", has_fixed_options=True, multi_value=True),
    ],
    "t",
    NoTree(),
)


def differs(edit, *stored):
    values = {edit.field_id: stored} if stored else {}
    asset = Asset(id="a-1", lifecycle_status=LifecycleStatus(state="STAGED"), values=values)
    return what_differs(asset, [edit], SCHEMA)


@pytest.mark.parametrize(
    ("edit", "stored"),
    [
        (Edit(Operation.REPLACE, "t", ("Café\nnew",)), ["Cafe\u0301\r\nnew "]),
        (Edit(Operation.REPLACE, "d", ("2027-01-31",)), ["2027-01-31T00:00:00.000Z"]),
        (Edit(Operation.REPLACE, "m", ("2027-01-31T12:00:00.000Z",)), ["2027-01-31T13:00:00+01:00"]),
        (Edit(Operation.REPLACE, "m", ("2027-01-31T12:00:00.000Z",)), ["2027-01-31T12:00:00"]),
        (Edit(Operation.ADD, "o", ("x", "y")), ["z", "y", "x"]),
        (Edit(Operation.REPLACE, "o", ("x", "y")), ["y", "x"]),
        (Edit(Operation.CLEAR, "t"), []),
        (Edit(Operation.REPLACE, "unknown", ("x",)), ["x"]),
    ],
)
def test_what_means_the_same_is_written(edit, stored):
    assert differs(edit, *stored) is None


@pytest.mark.parametrize(
    ("edit", "stored", "reason"),
    [
        (Edit(Operation.REPLACE, "t", ("New",)), ["Old"], "“Title” shows “Old”; expected “New”. Run again"),
        (Edit(Operation.REPLACE, "t", ("New",)), [], "“Title” shows nothing; expected “New”"),
        (Edit(Operation.REPLACE, "m", ("soon",)), ["later"], "“Met” shows “later”"),
        (Edit(Operation.ADD, "o", ("x", "y")), ["x"], "“Rights” shows “X”; expected “X” and “Y”"),
        (Edit(Operation.REPLACE, "o", ("x",)), ["x", "y"], "“Rights” shows “X” and “Y”; expected “X”"),
    ],
)
def test_what_differs_is_told_by_name_with_both_sides(edit, stored, reason):
    assert differs(edit, *stored).startswith(reason)


def test_an_asset_that_is_gone_shows_nothing():
    assert what_differs(None, [], SCHEMA).startswith("The asset is not there any more")
