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


def test_every_flow_file_is_deployed():
    files = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}

    assert {each["name"].replace("-", "_") for each in DEPLOYMENTS} == files
