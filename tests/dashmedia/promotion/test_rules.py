from __future__ import annotations

import pytest
from pydantic import ValidationError

from dashmedia.dam.transitions import Transition
from dashmedia.promotion.rules import DEFAULT_RULES, PromotionRule

STEP = "STAGED_TO_PENDING_APPROVAL"


def test_the_default_rules_lead_from_staged_through_approval_to_live():
    assert [rule.transition for rule in DEFAULT_RULES] == [
        Transition.STAGED_TO_PENDING_APPROVAL,
        Transition.PENDING_APPROVAL_TO_LIVE,
    ]
    assert DEFAULT_RULES[1].minimum_age_hours == 24


def test_every_member_explains_itself_in_the_form():
    members = PromotionRule.model_json_schema()["properties"]

    assert all("description" in member for member in members.values())


def test_kinds_of_files_are_written_in_any_case():
    assert PromotionRule(name="a", transition=STEP, file_types=("image", "VIDEO")).file_types == ("IMAGE", "VIDEO")


def test_an_extra_criterion_is_json_as_the_api_writes_it():
    criterion = {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "FILENAME"}, "value": "a.jpg"}

    assert PromotionRule(name="a", transition=STEP, criterion=criterion).criterion == criterion


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"required_field": ["Title"]}, "Extra inputs are not permitted"),
        ({"transition": "PENDING_APPROVAL_TO_STAGED"}, "STAGED_TO_PENDING_APPROVAL"),
        ({"minimum_age_hours": -1}, "greater than or equal to 0"),
        ({"name": ""}, "at least 1 character"),
        ({"required_fields": [""]}, "at least 1 character"),
        ({"rights_end_required": True}, "name the field that holds the date"),
        ({"criterion": {"type": "FIELD_EQUALS"}}, "FIELD_EQUALS has no field"),
        ({"criterion": {"type": "FIELD_IS_EMPTY", "field": {"type": "FIXED", "fieldName": "ADDED_BY"}}}, "STAGED_BY"),
        ({"criterion": {"type": "FIELD_IS_EMPTY", "field": {"type": "ATTRIBUTE", "attributeId": "1"}}}, "of API v1"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(change, words):
    with pytest.raises(ValidationError, match=words):
        PromotionRule(**({"name": "a", "transition": STEP} | change))
