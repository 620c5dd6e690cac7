"""The diagrams are those of the code, and a renderer can read them."""

import re
from enum import StrEnum

import pytest

from dashmedia.dam.transitions import Transition
from dashmedia.ledger.states import DAM_STEPS, STEPS
from deployments.reference.states import EDGE, _drawn, states_page

PAGE = states_page()


def steps_below(heading):
    section = PAGE.split(f"## {heading}\n", 1)[1].split("```")[1]
    return set(re.findall(r"^    (\S+) --> (\S+)", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "steps"),
    [("A delivery to a brand of Dash Social", STEPS), ("A delivery to a folder of the DAM", DAM_STEPS)],
)
def test_the_steps_of_a_delivery_are_those_that_the_ledger_allows(heading, steps):
    allowed = {(start.value, end.value) for start, ends in steps.items() for end in ends}

    drawn = steps_below(heading)

    assert drawn - {(EDGE, "planned"), ("ready", EDGE)} == allowed


def test_the_lifecycle_has_every_transition():
    assert steps_below("The lifecycle of an asset") == {(each.source, each.target) for each in Transition}


def test_words_on_a_step_have_no_sign_that_ends_them():
    words = re.findall(r"^    \S+ --> \S+ : (.*)$", PAGE, re.MULTILINE)

    assert words
    assert [each for each in words if set(each) & set(":;#")] == []


def test_a_diagram_that_forgets_a_state_is_refused():
    class Two(StrEnum):
        ONE = "one"
        OTHER = "other"

    with pytest.raises(ValueError, match="Two and the enum disagree about `other`"):
        _drawn(Two, ((EDGE, "one"),))
