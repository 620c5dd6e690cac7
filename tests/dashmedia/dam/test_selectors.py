from __future__ import annotations

import pytest

from dashmedia.dam.criteria import MatchAll
from dashmedia.dam.selectors import ByCriterion, ById, selector_of_body, selector_to_json
from dashmedia.errors import CriterionError

BY_CRITERION = {"type": "BY_CRITERION", "criterion": {"type": "MATCH_ALL"}}


@pytest.mark.parametrize(
    ("selector", "written"),
    [(ByCriterion(MatchAll()), BY_CRITERION), (ById(("a", "b")), {"type": "BY_ID", "ids": ["a", "b"]})],
)
def test_a_selector_comes_back_from_a_body_as_it_was(selector, written):
    assert selector_to_json(selector) == written
    assert selector_of_body({"selector": written}) == selector


def test_a_body_of_v1_is_refused_with_its_form_in_v2():
    with pytest.raises(CriterionError) as raised:
        selector_of_body({"criterion": {"type": "MATCH_ALL"}})

    assert 'of API v1; in v2 it is "selector": {"type": "BY_CRITERION", "criterion": …}' in str(raised.value)


@pytest.mark.parametrize(
    "selector",
    [
        None,
        {},
        {"type": "BY_ID"},
        {"type": "BY_ID", "ids": "a"},
        {"type": "BY_NAME", "ids": []},
        BY_CRITERION | {"ids": []},
    ],
)
def test_what_is_no_selector_is_refused(selector):
    with pytest.raises(
        CriterionError, match=r"A selector is .*; expected BY_CRITERION with a criterion, or BY_ID with ids"
    ):
        selector_of_body({"selector": selector})


@pytest.mark.parametrize("ids", [(), ("",), (7,)])
def test_a_selector_of_no_assets_cannot_be_made(ids):
    with pytest.raises(CriterionError, match="name at least one asset"):
        ById(ids)


def test_a_selector_is_said_in_words():
    assert str(ByCriterion(MatchAll())) == "assets where everything"
    assert str(ById(("a",) * 1200)) == "1,200 assets by id"
