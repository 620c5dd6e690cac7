"""One sandbox for all tests that need the services, emptied before each, and one Prefect server."""

import pytest
from hypothesis import HealthCheck, settings

from deployments.prefect_server import prefect_server
from sandbox.process import start

# Properties hold or not, whatever else the machine does; and what was green is green again, with the same examples.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with start(tmp_path_factory.mktemp("sandbox"), requests_per_minute=100_000) as running:
        yield running


@pytest.fixture
def sandbox(running):
    running.tell("reset")
    return running


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with prefect_server(tmp_path_factory.mktemp("prefect")) as server:
        yield server
