"""Mutated answers of every endpoint: a parsed model, a `ContractError`, or the error that is documented of the status.

`make fuzz` feeds ten thousand to each; here are the first hundred of the same seed.
"""

import inspect

import pytest
from support.fuzz.calls import USES
from support.fuzz.outcome import ELSE, PARSED, answers_of, outcome_of
from support.fuzz.recorded import answers_of_the_sandbox
from support.fuzz.whole import SEED

from dashmedia.dam.client import DashClient
from dashmedia.social.client import SocialClient

EACH = 100


@pytest.fixture
def recorded(sandbox):
    return answers_of_the_sandbox(sandbox)


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_whatever_a_service_answers_is_read_or_refused_in_words_that_are_known(use, answering):
    odd = {}
    for number in range(EACH):
        outcome = outcome_of(use, answering, answers_of(use, {}, SEED, number))
        if outcome.kind == ELSE:
            odd[number] = outcome.seen

    assert odd == {}


def test_the_answers_of_the_sandbox_are_those_that_everything_begins_with(recorded, answering):
    odd, kinds = {}, set()
    for use in USES:
        for number in range(5):
            outcome = outcome_of(use, answering, answers_of(use, recorded, SEED, number))
            kinds.add(outcome.kind)
            if outcome.kind == ELSE:
                odd[use.name, number] = outcome.seen

    told = {use.endpoint for use in USES if use.shapes != (None,)}
    assert told - recorded.keys() == set()
    assert PARSED in kinds
    assert odd == {}


@pytest.mark.parametrize("client", [DashClient, SocialClient])
def test_no_call_of_a_client_is_left_out(client, answering, monkeypatch):
    called = set()
    for name, whole in inspect.getmembers(client, inspect.isfunction):
        if not name.startswith("_"):
            monkeypatch.setattr(
                client,
                name,
                lambda *args, _name=name, _whole=whole, **more: (called.add(_name), _whole(*args, **more))[1],
            )

    for use in USES:
        outcome_of(use, answering, answers_of(use, {}, SEED, 0))

    public = {name for name, _ in inspect.getmembers(client, inspect.isfunction) if not name.startswith("_")}
    assert public - called == set()
