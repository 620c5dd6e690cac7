from __future__ import annotations

from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body


def test_a_transition_knows_where_it_begins_and_ends():
    ends = {(one.source, one.target) for one in Transition}

    assert ends == {
        ("STAGED", "PENDING_APPROVAL"),
        ("PENDING_APPROVAL", "LIVE"),
        ("STAGED", "LIVE"),
        ("LIVE", "BINNED"),
        ("STAGED", "BINNED"),
        ("PENDING_APPROVAL", "BINNED"),
        ("BINNED", "LIVE"),
    }


def test_the_body_of_a_lifecycle_job():
    body = transition_body(Transition.STAGED_TO_PENDING_APPROVAL, ById(("a-1", "a-2")))

    assert body == {"transition": "STAGED_TO_PENDING_APPROVAL", "selector": {"type": "BY_ID", "ids": ["a-1", "a-2"]}}
