"""The environment in which a flow finds the Prefect server, the sandbox and a ledger."""

import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from support.exporting import seed
from support.ingesting import write_photos


@pytest.fixture
def env(server, sandbox, tmp_path):
    return {
        **server.env,
        **sandbox.env,
        "DASH_SOCIAL_PAGE_PAUSE_S": "0",
        "DASH_REQUESTS_PER_MINUTE": "100000",
        "DASH_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.sqlite",
        "PREFECT_HOME": str(tmp_path / "prefect-home"),
    }


@pytest.fixture
def prefect(env, monkeypatch):
    """In this process, too, flows talk to the server; yields a client to look at what they left."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with (
        temporary_settings(
            {
                PREFECT_API_URL: env["PREFECT_API_URL"],
                PREFECT_HOME: env["PREFECT_HOME"],
                # Logs are sent from a thread that outlives the test, and the server.
                PREFECT_LOGGING_TO_API_ENABLED: False,
            }
        ),
        get_client(sync_client=True) as client,
    ):
        yield client


@pytest.fixture
def photos(tmp_path):
    return write_photos(tmp_path / "originals", 5)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def seeded(sandbox):
    seed(sandbox, count=600)
    sandbox.forget("requests")
    return sandbox
