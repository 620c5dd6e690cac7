"""`make up`, once for the session: sandbox, Prefect server with every deployment, and a worker."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from support.making_up import make_up

from deployments.changes import Site


@dataclass(frozen=True)
class Up:
    """What runs: where it keeps everything, and the environment to use it with."""

    home: Path
    env: dict[str, str]


@pytest.fixture(scope="session")
def up(tmp_path_factory):
    home = tmp_path_factory.mktemp("up")
    said = make_up(home)
    try:
        assert said.returncode == 0, said.stdout + said.stderr
        lines = [line.removeprefix("export ") for line in (home / "env").read_text().splitlines()]
        yield Up(home, dict(line.split("=", 1) for line in lines))
    finally:
        make_up(home, "--stop")


@pytest.fixture
def site(up):
    """The server, for a set-up from this process; the worker takes nothing meanwhile."""
    settings = {
        PREFECT_API_URL: up.env["PREFECT_API_URL"],
        PREFECT_HOME: up.env["PREFECT_HOME"],
        # Logs are sent from a thread that outlives the test, and the server.
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(settings), get_client(sync_client=True) as client:
        client.request("PATCH", "/work_pools/media", json={"is_paused": True})
        yield Site(client, {**os.environ, **up.env})
