"""A part of `make faults` that has every fault of the network and of an answer, and every endpoint, at least once.

Each flow gets a share of the faults; its scenarios are chosen until all of these and all of its endpoints are among them.
"""

import pytest
from support.faults.playing import play, sample, seen_by
from support.faults.scenarios import RULES, TOXICS, VARIANTS, Scenario, scenarios_of
from support.faults.stage import staged
from support.faults.workloads import WORKLOADS

#: What is not a matter of requests.
LEFT_OUT = {"–"}

#: Flows that together use every endpoint, and what of the faults each gets.
FLOWS = ("ingest", "DAM, whole files", "DAM, in parts", "promotion", "export")
FAULTS = [*TOXICS, *RULES]
SHARES = {flow: set(FAULTS[place :: len(FLOWS)]) for place, flow in enumerate(FLOWS)}

#: Endpoints that two of them use in the same way are spoilt in one of them.
ELSEWHERE = {
    "DAM, whole files": {"list_fields", "folder_settings", "search_field_options", "search_assets"},
    "export": {"list_fields", "folder_settings", "search_assets"},
}

#: Flows beside these, whose own endpoints or steps meet one fault each.
OTHERS = (
    "ingest, few originals",
    "ingest, lost answers",
    "DAM, URLs run out",
    "DAM, lost answers",
    "promotion, lost answers",
)

#: Tests run beside others on machines that do much else; the bound here is against what hangs.
LENIENCY = 10


@pytest.fixture
def stage(sandbox, tmp_path):
    with staged(sandbox, tmp_path) as opened:
        yield opened


def assert_good(stage, scenarios):
    verdicts = [play(stage, one, LENIENCY) for one in scenarios]

    assert [str(one) for one in verdicts if not one.is_good] == []
    assert [str(one) for one in verdicts if one.scenario.endpoint != "–" and not one.struck] == []


@pytest.mark.parametrize("flow", FLOWS)
def test_no_fault_loses_doubles_or_shortens_anything_or_takes_longer_than_its_budget(stage, flow):
    seen = seen_by(stage, flow)
    every = [
        one
        for one in scenarios_of(flow, WORKLOADS[flow], seen, seed=None)
        if one.endpoint not in LEFT_OUT | ELSEWHERE.get(flow, set())
    ]
    chosen = sample(every, SHARES[flow])

    assert_good(stage, chosen)
    assert {one.fault for one in chosen} >= SHARES[flow]
    assert {one.endpoint for one in chosen} == {one.endpoint for one in every}


@pytest.mark.parametrize("flow", OTHERS)
def test_faults_of_calls_that_a_good_day_does_not_have_are_survived_too(stage, flow):
    every = list(scenarios_of(flow, WORKLOADS[flow], seen_by(stage, flow), seed=None))

    assert_good(stage, sample(every, {"reset_peer, answer"}))


@pytest.mark.parametrize("flow", ["DAM, whole files", "promotion", "export"])
def test_jobs_and_pages_that_are_not_what_they_say_are_survived_too(stage, flow):
    every = [Scenario(flow, name, variant=tuple(change.items())) for name, change in VARIANTS[flow].items()]

    assert_good(stage, every[2 :: len(every) // 2])
