"""One sandbox for all tests that need the services, emptied before each."""

import pytest

from sandbox.process import start


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    with start(tmp_path_factory.mktemp("sandbox"), requests_per_minute=100_000) as running:
        yield running


@pytest.fixture
def sandbox(running):
    running.tell("reset")
    return running
