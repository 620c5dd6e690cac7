from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.dam.criteria import And, AnyOf, Equals, IsEmpty, MatchAll, Matches, Not, Or, Range
from dashmedia.dam.criteria_json import MAX_DEPTH, criterion_from_json, criterion_to_json, field_from_json
from dashmedia.dam.field_refs import Custom, Fixed, Plain
from dashmedia.errors import CriterionError

texts = st.text(min_size=1)
fields = (
    st.builds(Fixed, st.sampled_from(["LIFECYCLE_STATE", "FILE_TYPE"]))
    | st.builds(Custom, texts)
    | st.just(Plain("DATE"))
)
leaves = (
    st.just(MatchAll())
    | st.builds(Equals, fields, texts)
    | st.builds(AnyOf, fields, st.lists(texts, min_size=1).map(tuple))
    | st.builds(Matches, fields, texts)
    | st.builds(IsEmpty, fields)
    | st.builds(Range, fields, texts, st.none() | texts)
)
criteria = st.recursive(
    leaves,
    lambda inner: (
        st.builds(And, st.lists(inner).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


@given(criteria)
def test_a_criterion_comes_back_from_json_as_it_was(criterion):
    assert criterion_from_json(json.loads(json.dumps(criterion_to_json(criterion)))) == criterion


def test_the_language_is_that_of_the_contract():
    staged_photos = (
        Equals(Fixed("LIFECYCLE_STATE"), "STAGED")
        & AnyOf(Fixed("FILE_TYPE"), ("IMAGE", "VIDEO"))
        & ~IsEmpty(Custom("f-1"))
        & Range(Plain("DATE"), since="2026-11-20")
    )

    assert criterion_to_json(staged_photos) == {
        "type": "AND",
        "criteria": [
            {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"}, "value": "STAGED"},
            {
                "type": "FIELD_HAS_ANY_EQUAL",
                "field": {"type": "FIXED", "fieldName": "FILE_TYPE"},
                "values": ["IMAGE", "VIDEO"],
            },
            {"type": "NOT", "criterion": {"type": "FIELD_IS_EMPTY", "field": {"type": "FIELD", "fieldId": "f-1"}}},
            {"type": "FIELD_RANGE", "field": "DATE", "from": "2026-11-20"},
        ],
    }


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (
            {"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "fieldName": "ADDED_BY"}},
            "in v2 it is called STAGED_BY",
        ),
        (
            {"type": "FIELD_IS_EMPTY", "field": {"type": "ATTRIBUTE", "attributeId": "a"}},
            'in v2 it is {"type": "FIELD", "fieldId"',
        ),
        ({"type": "FIELD_EXISTS", "field": "DATE"}, "FIELD_EXISTS is no criterion; expected one of MATCH_ALL, AND"),
        ({"criteria": []}, "an object with criteria is no criterion"),
        (None, "nothing is no criterion"),
        ([], "a list of 0 is no criterion"),
        ({"type": "AND", "children": []}, "AND has no member children; expected criteria"),
        ({"type": "MATCH_ALL", "value": "x"}, "MATCH_ALL has no member value; expected none"),
        ({"type": "AND"}, "AND has no criteria; it needs one"),
        ({"type": "AND", "criteria": {}}, "AND has an object with no members as criteria; expected a list"),
        ({"type": "OR", "criteria": []}, "A choice between no criteria"),
        ({"type": "FIELD_EQUALS", "field": "DATE", "value": 7}, "date is compared with 7"),
        ({"type": "FIELD_HAS_ANY_EQUAL", "field": "DATE", "values": "x"}, "'x' stands where a list is expected"),
        ({"type": "FIELD_RANGE", "field": "DATE"}, "The range of date has no end"),
        (
            {"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "name": "X"}},
            "names its field by an object with type, name",
        ),
        ({"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "fieldName": 7}}, "A field is named 7"),
        ({"type": "FIELD_IS_EMPTY", "field": None}, "names its field by nothing; expected FIXED, FIELD or a word"),
    ],
)
def test_what_is_no_criterion_of_v2_is_refused_by_name(value, complaint):
    with pytest.raises(CriterionError) as raised:
        criterion_from_json(value)

    assert complaint in str(raised.value)


def test_what_is_nested_too_deep_is_refused():
    value = {"type": "MATCH_ALL"}
    for _ in range(MAX_DEPTH + 1):
        value = {"type": "NOT", "criterion": value}

    with pytest.raises(CriterionError, match="nested more than 50 deep"):
        criterion_from_json(value)


def test_fields_come_in_three_forms():
    assert field_from_json({"type": "FIXED", "fieldName": "FILE_TYPE"}) == Fixed("FILE_TYPE")
    assert field_from_json({"type": "FIELD", "fieldId": "f-1"}) == Custom("f-1")
    assert field_from_json("PARENT_ID") == Plain("PARENT_ID")
