from __future__ import annotations

import pytest

from dashmedia.ledger import State
from dashmedia.ledger.states import DAM_STEPS, STEPS, objection

ORDER = list(State)


def test_every_state_says_what_may_follow():
    assert set(STEPS) == set(DAM_STEPS) == set(State)


def test_no_step_leads_back():
    assert all(ORDER.index(to) >= ORDER.index(state) for state, following in STEPS.items() for to in following)


def test_only_ready_is_final():
    assert [state for state in State if state.is_final] == [State.READY]
    assert [state for state, following in STEPS.items() if not following] == [State.READY]


@pytest.mark.parametrize("state", [State.PLANNED, State.URL_ISSUED, State.BYTES_PUT])
def test_a_create_that_was_not_announced_is_refused_unless_it_is_adopted(state):
    said = objection(state, State.CREATED, adopted=False, has_remote_id=True)

    assert "submitted" in said
    assert objection(state, State.CREATED, adopted=True, has_remote_id=True) is None


def test_nothing_is_adopted_out_of_ready_or_back_to_created():
    assert (
        objection(State.READY, State.CREATED, adopted=True, has_remote_id=True) == "expected one of: none, it is final"
    )
    assert objection(State.CREATED, State.CREATED, adopted=True, has_remote_id=True) is not None


@pytest.mark.parametrize("to", [State.CREATED, State.READY])
def test_a_record_without_its_id_is_refused(to):
    assert objection(State.SUBMITTED, to, adopted=False, has_remote_id=False) == f"`{to}` needs the remote id"


def test_in_the_dam_the_asset_comes_before_its_bytes_and_only_bytes_make_it_ready():
    before = {to: {state for state, following in DAM_STEPS.items() if to in following} for to in State}

    assert before[State.BYTES_PUT] == {State.CREATED}
    assert before[State.READY] == {State.BYTES_PUT}
    assert before[State.URL_ISSUED] == set()
