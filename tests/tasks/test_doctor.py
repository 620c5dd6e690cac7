"""The doctor with a real Prefect server, as a process of its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.settings import PREFECT_API_URL, temporary_settings

from tasks.credentials import DashSocialCredentials

ROOT = Path(__file__).parents[2]


def doctor(env):
    """Exit code, what was printed, and the findings by name."""
    command = [sys.executable, "-m", "tasks.doctor", "--json", "--timeout-s=300"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    found = {each["name"]: each for each in json.loads(done.stdout)["findings"]}
    return done.returncode, done.stdout, found


def test_the_server_its_work_pool_and_the_credentials_of_a_block_are_looked_at(server, sandbox, tmp_path):
    env = {
        **server.env,
        "DASH_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.sqlite",
        "DASH_SOCIAL_TOKEN": "of-the-environment",
    }
    with temporary_settings({PREFECT_API_URL: env["PREFECT_API_URL"]}), get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="media", type="process"), overwrite=True)
        block = DashSocialCredentials(
            token=sandbox.env["DASH_SOCIAL_TOKEN"], api_url=sandbox.env["DASH_SOCIAL_API_URL"],
            auth_url=sandbox.env["DASH_SOCIAL_AUTH_URL"],
        )  # fmt: skip
        kept = block.save("default", overwrite=True)
        try:
            code, told, found = doctor(env)
        finally:
            client.delete_block_document(kept)
            client.delete_work_pool("media")

    assert found["Prefect server"]["seen"].endswith("as here")
    assert found["Prefect server clock"]["level"] == "OK"
    assert found["Work pool media"]["level"] == "WARN"
    assert "prefect worker start --pool media" in found["Work pool media"]["advice"]
    assert found["Dash Social"]["level"] == "OK"
    assert (code, found["Dash"]["level"]) == (0, "WARN")
    assert sandbox.env["DASH_SOCIAL_TOKEN"] not in told


def test_a_server_that_is_away_is_told_and_nothing_else_breaks(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api"
    env = {
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(tmp_path),
        "DASH_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.sqlite",
    }

    code, _, found = doctor(env)

    assert code == 1
    assert {name for name, each in found.items() if each["level"] == "FAIL"} == {
        "Prefect server", "Prefect server clock", "Work pool media", "Dash Social", "Dash",
    }  # fmt: skip
    assert "the Prefect server does not answer" in found["Dash"]["seen"]
