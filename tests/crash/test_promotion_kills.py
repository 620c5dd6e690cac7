"""A promotion that dies accounts for every asset, also when it dies while a request is under way or is not alone.

That nothing moves twice, wherever it dies: `test_matrix.py`.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.hanging import MOMENTS, hang, kill_once_it_hangs
from support.promoting import TO_APPROVAL, assert_moved_once, promote, seed
from support.promotion_kills import PROMOTION

ROOT = Path(__file__).parents[2]

#: How many kills.
SAMPLE = 5
ASSETS, JOB_SIZE = 7, 3


class Scene:
    """A few assets that are to move, and one that is not."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder

    def begin(self, **variant):
        self.sandbox.tell("reset")
        self.sandbox.tell("variant", {"job_polls": 1} | variant)
        self.good = seed(self.sandbox, ASSETS)
        self.bad = seed(self.sandbox, 1, values={"Title": False})

    def assert_each_moved_once(self):
        assert_moved_once(self.sandbox, self.good, TO_APPROVAL)
        assert_moved_once(self.sandbox, self.bad)

    def boundaries(self, **options):
        self.begin()
        return PROMOTION.count(self.sandbox, self.folder / "count.sqlite3", "run-count", **options)


@pytest.fixture
def scene(sandbox, tmp_path):
    return Scene(sandbox, tmp_path)


def test_the_run_after_a_kill_accounts_for_every_asset(scene):
    total = scene.boundaries(job_size=JOB_SIZE)

    for at in random.Random(total).sample(range(1, total + 1), SAMPLE):
        ledger = scene.folder / f"{at}.sqlite3"
        scene.begin()
        died = PROMOTION.die(scene.sandbox, ledger, "run-0001", at=at, job_size=JOB_SIZE)
        report = promote(scene.sandbox, ledger, "run-0002", job_size=JOB_SIZE)

        assert died in (-signal.SIGKILL, 0), at
        assert report.settled + report.moved in (0, ASSETS), at
        scene.assert_each_moved_once()


@pytest.mark.parametrize("endpoint", ["submit_lifecycle_job", "get_lifecycle_job"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_while_a_request_is_under_way_moves_nothing_twice(scene, endpoint, moment):
    """The service holds the answer back, so the process dies waiting for it."""
    scene.begin()
    hang(scene.sandbox, endpoint, moment)

    process = start_promotion(scene, "run-0001")
    has_hung = kill_once_it_hangs(scene.sandbox, process)
    report = promote(scene.sandbox, scene.folder / "ledger.sqlite3", "run-0002", job_size=JOB_SIZE)

    assert has_hung
    assert report.is_complete
    scene.assert_each_moved_once()


def test_two_promotions_at_once_move_nothing_twice(scene):
    scene.begin()

    processes = [start_promotion(scene, f"run-000{number}") for number in range(2)]
    codes = [process.wait() for process in processes]
    report = promote(scene.sandbox, scene.folder / "ledger.sqlite3", "run-last", job_size=JOB_SIZE)

    assert 0 in codes
    assert (report.moved, report.settled) == (0, 0)
    scene.assert_each_moved_once()


def start_promotion(scene, run_id):
    """A run in a process of its own."""
    command = [sys.executable, "-c", DRIVER, str(scene.folder / "ledger.sqlite3"), run_id, str(JOB_SIZE)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **scene.sandbox.env}, stderr=subprocess.DEVNULL)


DRIVER = """
import os, sys
sys.path.insert(0, "tests")
from support.hanging import MOMENTS, hang, kill_once_it_hangs
from support.promoting import promote
class Sandbox:
    env = os.environ
sys.exit(not promote(Sandbox, sys.argv[1], sys.argv[2], job_size=int(sys.argv[3])).is_complete)
"""
