"""Everything behind the Prefect UI: a sandbox, a server with the deployments of `prefect.yaml` on it, and a worker."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deployments import processes
from deployments.prefect_server import prefect_server
from sandbox import process

ROOT = Path(__file__).parents[2]

#: How long anything here may take, in seconds: much longer than it does, on a machine that does much else.
PATIENCE_S = 240

#: States after which there is no other.
OVER = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

#: Where a real one would be: nobody connects to it, but its password is in a block.
DATABASE_PASSWORD = "Xw7-sandbox-database-password"

#: Transports write every address at INFO; on the server they must arrive without what is signed.
ALL_LOGS = {"PREFECT_LOGGING_LEVEL": "INFO", "PREFECT_LOGGING_EXTRA_LOGGERS": "dashmedia,httpx"}


class Patient(httpx.HTTPTransport):
    """Asks again while the server is busy: on SQLite it answers 503 when two of its services write at the same time."""

    def handle_request(self, request):
        give_up_at = time.monotonic() + PATIENCE_S
        while (answer := super().handle_request(request)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            if time.monotonic() > give_up_at:
                break
            answer.close()
            time.sleep(0.5)
        return answer


@dataclass(frozen=True)
class Stage:
    """What is running.

    Attributes:
        env: the variables with which everything was started, credentials among them.
        api: the Prefect server's.
        ui_url: what a person types into a browser.
    """

    sandbox: process.Running
    env: dict[str, str]
    api: httpx.Client
    ui_url: str

    def deployment(self, name):
        """As the API tells it."""
        wanted = {"deployments": {"name": {"any_": [name]}}}
        (found,) = self.api.post("/deployments/filter", json=wanted).raise_for_status().json()
        return found

    def start_run(self, name, **parameters):
        """The id of a new flow run of that deployment."""
        path = f"/deployments/{self.deployment(name)['id']}/create_flow_run"
        return self.api.post(path, json={"parameters": parameters}).raise_for_status().json()["id"]

    def wait_for_state(self, run_id, name):
        """Until the flow run is in the state of that name; the run."""
        give_up_at = time.monotonic() + PATIENCE_S
        while (run := self.api.get(f"/flow_runs/{run_id}").raise_for_status().json())["state"]["name"] != name:
            if run["state"]["type"] in OVER or time.monotonic() > give_up_at:
                pytest.fail(f"{run['name']} is not {name} but {run['state']}")
            time.sleep(0.2)
        return run

    def artifacts(self, run_id):
        """The ids of what a run left, by key."""
        wanted = {"artifacts": {"flow_run_id": {"any_": [run_id]}}}
        found = self.api.post("/artifacts/filter", json=wanted).raise_for_status().json()
        return {each["key"]: each["id"] for each in found}


@contextmanager
def open_stage(home, **env):
    """All of it, until the block ends.

    Args:
        home: an empty folder.
        env: more variables for deploying and for the worker.
    """
    with ExitStack() as stack:
        with ThreadPoolExecutor() as both:
            sandbox = both.submit(process.start, home / "sandbox", requests_per_minute=100_000)
            server = stack.enter_context(prefect_server(home / "prefect"))
        running = stack.enter_context(sandbox.result())
        env = {**server.env, **running.env, **_env(home), **ALL_LOGS, **env}
        api = stack.enter_context(open_api(server.env["PREFECT_API_URL"]))
        deploy(env)
        stack.callback(processes.stop, start_worker(home, env))
        yield Stage(running, env, api, server.ui_url)


def open_api(url):
    """A client of the Prefect server's API."""
    return httpx.Client(base_url=url, timeout=PATIENCE_S, transport=Patient(), trust_env=False)


def _env(home):
    return {
        "DASHMEDIA_ROOT": str(ROOT),
        "DASHMEDIA_SOURCE": str(home / "ugc"),
        "DASHMEDIA_EXPORTS": str(home / "exports"),
        "DASHMEDIA_SCHEDULES": "off",
        "DASH_LEDGER_URL": f"sqlite:///{home}/ledger.sqlite",
        "DASH_REQUESTS_PER_MINUTE": "100000",
        "DASH_SOCIAL_PAGE_PAUSE_S": "0",
        "DASH_EXPORT_POSTGRES_URL": f"postgresql://media:{DATABASE_PASSWORD}@127.0.0.1:9/media",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }


def deploy(env):
    """As an operator does it."""
    command = [sys.executable, "-m", "deployments.deploy"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def start_worker(home, env):
    """A worker that runs flows as processes on this machine."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "media", "--name", "here"]
    return processes.start(command, env=env, log=home / "worker.log", cwd=ROOT)
