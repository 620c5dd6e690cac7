"""What `prefect.yaml` lists is what a worker can load."""

from pathlib import Path

import pytest
import yaml
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each["name"])
def test_every_entrypoint_is_a_flow(deployment):
    loaded = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)

    assert isinstance(loaded, Flow)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each["name"])
def test_every_parameter_given_is_one_the_flow_takes(deployment):
    loaded = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)

    assert loaded.validate_parameters(deployment["parameters"])


def test_every_flow_file_is_deployed_under_its_own_name():
    files = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}

    named_after_flow = {each["name"].replace("-", "_") for each in DEPLOYMENTS} & files
    assert named_after_flow == files
    assert {each["entrypoint"].split(".")[1] for each in DEPLOYMENTS} == files


def test_a_deployment_whose_runs_wait_for_a_person_has_no_concurrency_limit():
    """A paused run loses its slot, and Prefect ends it minutes later because the lease cannot be renewed."""
    (promotion,) = [each for each in DEPLOYMENTS if each["name"] == "promote-lifecycle"]

    assert promotion["parameters"]["approval"] == "ask"
    assert "concurrency_limit" not in promotion
