"""A promotion that dies by SIGKILL anywhere moves nothing twice, and the next run forgets nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.promoting import TO_APPROVAL, assert_moved_once, promote, seed
from support.promotion_kills import PROMOTION

from dashmedia.ledger import Ledger

ROOT = Path(__file__).parents[2]

#: How many boundaries the quick run samples; `KILLS=all` visits every one.
SAMPLE = 8
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


def approve(_session):
    return True


@pytest.mark.parametrize("answer", [None, approve], ids=["unasked", "approved"])
def test_a_kill_at_any_boundary_moves_nothing_twice_and_forgets_nothing(scene, answer, record_property):
    options = {"answer": answer, "job_size": JOB_SIZE}
    total = scene.boundaries(**options)
    chosen = range(1, total + 1)
    if os.environ.get("KILLS") != "all":
        chosen = sorted(random.Random(total).sample(chosen, min(SAMPLE, total)))

    for at in chosen:
        ledger = scene.folder / f"{at}.sqlite3"
        scene.begin()
        died = PROMOTION.die(scene.sandbox, ledger, "run-0001", at=at, **options)
        report = promote(scene.sandbox, ledger, "run-0002", **options)

        assert died in (-signal.SIGKILL, 0), at
        scene.assert_each_moved_once()
        assert report.is_complete, at
        assert report.settled + report.moved in (0, ASSETS), at
        with Ledger.open(ledger) as kept:
            assert kept.promotions.under_way(scene.sandbox.env["DASH_API_URL"]) is None, at
    record_property("kills", f"{len(chosen)} of {total} boundaries")


def test_three_kills_in_a_row_move_nothing_twice_and_forget_nothing(scene):
    total = scene.boundaries(job_size=JOB_SIZE)
    dice = random.Random(7)

    for turn in range(2):
        ledger = scene.folder / f"{turn}.sqlite3"
        scene.begin()
        for number in range(3):
            PROMOTION.die(scene.sandbox, ledger, f"run-000{number}", at=dice.randint(1, total), job_size=JOB_SIZE)
        report = promote(scene.sandbox, ledger, "run-last", job_size=JOB_SIZE)

        assert report.is_complete
        scene.assert_each_moved_once()


@pytest.mark.parametrize("endpoint", ["submit_lifecycle_job", "get_lifecycle_job"])
@pytest.mark.parametrize("moment", ["before the effect", "after the effect"])
def test_a_kill_while_a_request_is_under_way_moves_nothing_twice(scene, endpoint, moment):
    """The service holds the answer back, so the process dies waiting for it."""
    scene.begin()
    fault = {"endpoint": endpoint, "kind": "delay_ms", "delay_ms": 60_000, "times": 1, "after": 1}
    if moment == "after the effect":
        fault |= {"kind": "reset_after"}
    scene.sandbox.tell("faults", [fault])

    process = start_promotion(scene, "run-0001")
    while process.poll() is None and not any(rule["struck"] for rule in scene.sandbox.ask("faults")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    scene.sandbox.forget("faults")
    report = promote(scene.sandbox, scene.folder / "ledger.sqlite3", "run-0002", job_size=JOB_SIZE)

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
from support.promoting import promote
class Sandbox:
    env = os.environ
sys.exit(not promote(Sandbox, sys.argv[1], sys.argv[2], job_size=int(sys.argv[3])).is_complete)
"""
