"""Files of both vendors that agree with us, parsed once and copied for each test that changes one."""

import copy
import json
from functools import cache
from pathlib import Path

import pytest
import yaml

from dashmedia.contract.check import check_contract

DATA = Path(__file__).parent / "data"


@cache
def _parsed(system):
    return yaml.safe_load((DATA / f"{system}.yaml").read_text())


@pytest.fixture
def agreeing():
    """By system: a document that agrees, free to be changed."""
    return lambda system: copy.deepcopy(_parsed(system))


@pytest.fixture
def differences():
    """What a document differs in, as `weight kind place`, without the notes on words and members that we have no use for."""

    def compare(system, document):
        report = check_contract(system, "openapi.json", json.dumps(document).encode())
        return [f"{one.weight} {one.kind} {one.places[0]}: {one.ours} | {one.theirs}" for one in report.differences]

    return compare
