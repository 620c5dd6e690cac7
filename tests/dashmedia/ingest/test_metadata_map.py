from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from support.exporting import settings_of

from dashmedia.dam import open_dash
from dashmedia.dam.edits import Edit, Operation
from dashmedia.dam.schema import Schema
from dashmedia.errors import MetadataValueError, SchemaError
from dashmedia.ingest.metadata_map import MetadataMap
from dashmedia.rate import RequestTally
from dashmedia.sources.original import Original

ALL = {
    "caption": "Description",
    "alt_text": "alt text",
    "creator": "Creator",
    "consent_scope": "Usage rights",
    "rights_expire_at": "Rights expire",
    "campaign": "Campaign",
}


@pytest.fixture
def schema(sandbox):
    with open_dash(settings_of(sandbox), tally=RequestTally()) as client:
        yield Schema.load(client)


def original(**told):
    return Original(uri="looks/a.jpg", url="/looks/a.jpg", filename="a.jpg", **told)


def test_the_mapping_is_what_a_flow_parameter_says():
    mapping = MetadataMap.model_validate({"caption": " Description ", "tags": "", "campaign": None})

    assert mapping.columns == {"caption": "Description"}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"captoin": "Description"}, r"captoin is no column that can be written. Did you mean “caption”"),
        ({"uri": "Title"}, r"uri is no column that can be written. There are “caption”, “alt_text”"),
        ({"caption": 7}, "valid string"),
    ],
)
def test_a_column_that_cannot_be_written_is_refused_with_the_nearest(value, complaint):
    with pytest.raises(ValidationError, match=complaint):
        MetadataMap.model_validate(value)


def test_every_column_explains_itself_in_the_form():
    form = MetadataMap.model_json_schema()["properties"]

    assert all(field["title"] and field["description"] for field in form.values())


def test_an_original_becomes_one_edit_for_each_field_it_says_something_of(schema):
    fields = MetadataMap(**ALL).resolve(schema)

    edits = fields.edits_for(
        original(
            caption="On the ridge\nat dawn",
            consent_scope="social",
            campaign="Always on",
            rights_expire_at=datetime(2027, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        )
    )

    assert edits == (
        Edit(Operation.REPLACE, schema.field("Description").id, ("On the ridge\nat dawn",)),
        Edit(Operation.ADD, schema.field("Usage rights").id, (schema.option("Usage rights", "Social").id,)),
        Edit(Operation.REPLACE, schema.field("Rights expire").id, ("2027-01-31",)),
        Edit(Operation.ADD, schema.field("Campaign").id, (schema.option("Campaign", "Always on").id,)),
    )
    assert fields.edits_for(original()) == ()


@pytest.mark.parametrize(
    ("expire", "day"),
    [
        (datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), "2027-01-31"),
        (datetime(2027, 1, 31, 8, tzinfo=UTC), "2027-01-30"),
        (datetime(2027, 2, 1, tzinfo=UTC), "2027-01-31"),
    ],
)
def test_rights_that_end_within_a_day_are_written_as_ending_before_it(schema, expire, day):
    fields = MetadataMap(rights_expire_at="Rights expire").resolve(schema)

    assert fields.edits_for(original(rights_expire_at=expire))[0].values == (day,)


def test_the_day_of_a_capture_is_its_own(schema):
    fields = MetadataMap(captured_at="Rights expire").resolve(schema)

    edits = fields.edits_for(original(captured_at=datetime(2026, 11, 20, 0, 30, tzinfo=UTC)))

    assert edits[0].values == ("2026-11-20",)


def test_a_time_in_a_field_of_text_is_written_in_full(schema):
    fields = MetadataMap(captured_at="Alt text").resolve(schema)

    edits = fields.edits_for(original(captured_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC)))

    assert edits[0].values == ("2026-11-20T08:30:00.000Z",)


def test_tags_become_options(schema):
    fields = MetadataMap(tags="Campaign").resolve(schema)

    edits = fields.edits_for(original(tags=("Spring 2026", "always ON")))

    assert schema.named(edits[0].field_id, edits[0].values) == ("Spring 2026", "Always on")


def test_everything_that_is_wrong_with_a_mapping_is_told_before_work_starts(schema):
    wrong = MetadataMap(
        caption="Descripton",
        alt_text="Alt text",
        creator="Folders",
        permalink="alt text",
        captured_at="Campaign",
        tags="Title",
    )

    with pytest.raises(SchemaError) as raised:
        wrong.resolve(schema)

    for part in (
        "caption: There is no field “Descripton”. Did you mean “Description”?",
        "creator: “Folders” is the folders",
        "permalink: “Alt text” is meant for alt_text already",
        "captured_at: “Campaign” has fixed options, and captured_at is a time",
        "tags: “Title” holds one value",
    ):
        assert part in str(raised.value)


def test_a_value_that_the_field_cannot_hold_sets_one_original_aside_and_names_the_nearest(schema):
    fields = MetadataMap(**ALL).resolve(schema)

    with pytest.raises(MetadataValueError, match="Did you mean “Spring 2026”") as raised:
        fields.edits_for(original(campaign="Sprng 2026"))

    assert str(raised.value).startswith("Column campaign of looks/a.jpg cannot be written: “Campaign” has no")
    assert raised.value.column == "campaign"


def test_an_option_that_the_caller_may_not_give_is_refused_beforehand(sandbox, schema):
    action = {"resourceType": "FIELD_OPTION", "action": "UPDATE_METADATA_WITH_FIELD_OPTION"}
    social = schema.option("Usage rights", "Social").id
    schema.forget_options()
    sandbox.tell("taken_permissions", [action | {"resourceId": social}])
    fields = MetadataMap(consent_scope="Usage rights").resolve(schema)

    assert fields.edits_for(original(consent_scope="Web"))
    with pytest.raises(MetadataValueError, match="You may not give assets the value “Social” of “Usage rights”"):
        fields.edits_for(original(consent_scope="Social"))
