"""`make up` leaves all of it running or nothing, and `make down` ends all of it."""

import sys

import psutil
from support.making_up import make_up
from support.patience import eventually

from deployments.background import Background
from deployments.processes import start

#: A process that starts another one in a group of its own, as a worker does with runs, and says which.
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""


def left_of(folder):
    """Processes that were started for the folder, and do not end by themselves."""
    mine = [each for each in psutil.process_iter(["environ", "cmdline"]) if str(folder) in str(each.info)]
    return psutil.wait_procs(mine, timeout=10)[1]


def test_a_start_that_fails_in_the_middle_leaves_nothing_running(tmp_path):
    said = make_up(tmp_path / "up", PREFECT_SERVER_DATABASE_CONNECTION_URL="nonsense://", TMPDIR=str(tmp_path))

    assert said.returncode == 1
    assert "did not answer" in said.stdout
    assert "Stopped: sandbox" in said.stdout
    assert "Traceback" not in said.stderr
    assert left_of(tmp_path) == []


def test_what_runs_is_not_started_again(up):
    said = make_up(up.home)

    assert said.returncode == 1
    assert said.stdout == "Running already: sandbox, Prefect server, worker. Use `make down` first.\n"


def test_the_worker_that_was_started_is_known_to_the_server(up, site):
    workers = site.client.request("POST", "/work_pools/media/workers/filter", json={}).json()

    assert [worker["name"].partition("-")[0] for worker in workers] == ["local"]


def test_down_ends_what_was_started_with_all_that_it_started(tmp_path):
    background = Background(tmp_path / "state.json")
    log = tmp_path / "log"
    process = start([sys.executable, "-c", FAMILY], env={}, log=log, cwd=tmp_path)
    background.keep("family", process)
    child = psutil.Process(int(eventually(log.read_text)))

    stopped = list(background.stop())

    assert stopped == ["family"]
    process.wait(60)
    child.wait(60)
    assert background.running() == []


def test_a_process_that_got_the_number_of_another_is_left_alone(tmp_path):
    state = tmp_path / "state.json"
    process = start([sys.executable, "-c", "import time; time.sleep(600)"], env={}, log=tmp_path / "log", cwd=tmp_path)
    state.write_text(f'[["worker", {process.pid}, 1.0]]')

    assert list(Background(state).stop()) == []

    assert process.poll() is None
    process.kill()
    process.wait()
