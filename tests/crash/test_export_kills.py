"""An export that dies by SIGKILL anywhere leaves no day that is trusted and short, and the next run completes them all."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import MappingProxyType

import pytest
from support.dying import EXPORT
from support.exporting import days_of, export, held, seed, settings_of, truth

from dashmedia.exports.partitions import PartitionState, read_status

ROOT = Path(__file__).parents[2]

#: How many boundaries the quick run samples; `KILLS=all` visits every one.
SAMPLE = 16


@pytest.fixture
def dash(sandbox):
    seed(sandbox, count=600)
    return settings_of(sandbox)


def assert_nothing_short_is_trusted(sandbox, out, before=MappingProxyType({})):
    """Each day that a reader would trust holds exactly what the service holds, or held `before`."""
    wanted = Counter(row[-1][:10] for row in truth(sandbox))
    for day in days_of(out):
        status = read_status(str(out), day.date, day.window)
        if status.state is PartitionState.COMPLETE:
            assert status.certificate.unique_ids in (wanted[str(day.date)], before.get(str(day.date))), day
            assert read_status(str(out), day.date, day.window, verify=True).state is PartitionState.COMPLETE, day


@pytest.mark.parametrize("before", ["nothing", "fewer events"])
def test_a_kill_at_any_boundary_leaves_nothing_short_that_is_trusted(dash, sandbox, tmp_path, before, record_property):
    earlier = Counter()
    if before == "fewer events":
        export(dash, tmp_path / "start")
        earlier = Counter(row[-1][:10] for row in truth(sandbox))
        sandbox.tell("seed_events", {"count": 300, "days": 6, "last_day": "2026-11-20", "seed": 6, "replace": False})
    total = EXPORT.count(dash, tmp_path / "count")
    chosen = range(1, total + 1)
    if os.environ.get("KILLS") != "all":
        chosen = sorted(random.Random(total).sample(chosen, min(SAMPLE, total)))

    for at in chosen:
        out = tmp_path / str(at)
        if before == "fewer events":
            shutil.copytree(tmp_path / "start", out)
        died = EXPORT.die(dash, out, at=at, mode="verify")
        assert died in (-signal.SIGKILL, 0), at
        assert_nothing_short_is_trusted(sandbox, out, earlier)
        report = export(dash, out, mode="verify")

        assert report.is_complete, at
        assert held(out) == truth(sandbox), at
        assert not list(out.rglob(".*")), at
    record_property("kills", f"{len(chosen)} of {total} boundaries")


def test_three_kills_in_a_row_leave_nothing_short_that_is_trusted(dash, sandbox, tmp_path):
    total = EXPORT.count(dash, tmp_path / "count")
    dice = random.Random(9)

    for turn in range(3):
        out = tmp_path / str(turn)
        for _ in range(3):
            EXPORT.die(dash, out, at=dice.randint(1, total), mode="missing")
            assert_nothing_short_is_trusted(sandbox, out)
        report = export(dash, out, mode="missing")

        assert report.is_complete
        assert held(out) == truth(sandbox)
        assert not list(out.rglob(".*"))


@pytest.mark.parametrize("after", [0, 5, 11])
def test_a_kill_while_a_request_is_under_way_costs_nothing_but_time(dash, sandbox, tmp_path, after):
    rule = {"endpoint": "search_download_events", "kind": "delay_ms", "delay_ms": 60_000, "times": 1, "after": after}
    sandbox.tell("faults", [rule])

    process = start_export(sandbox, tmp_path / "out")
    while process.poll() is None and not any(rule["struck"] for rule in sandbox.ask("faults")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    sandbox.forget("faults")
    assert_nothing_short_is_trusted(sandbox, tmp_path / "out")
    report = export(dash, tmp_path / "out", mode="missing")

    assert report.is_complete
    assert held(tmp_path / "out") == truth(sandbox)


def test_two_backfills_of_the_same_days_at_once_leave_the_truth(dash, sandbox, tmp_path):
    processes = [start_export(sandbox, tmp_path / "out") for _ in range(2)]

    codes = [process.wait() for process in processes]

    assert codes == [0, 0]
    assert held(tmp_path / "out") == truth(sandbox)


def start_export(sandbox, out):
    """A run in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", DRIVER, str(out)], cwd=ROOT, env={**os.environ, **sandbox.env})


DRIVER = """
import os, sys
sys.path.insert(0, "tests")
from dashmedia.dam import DashSettings
from support.exporting import export
settings = DashSettings.from_env(os.environ).model_copy(update={"requests_per_minute": 100_000})
sys.exit(not export(settings, sys.argv[1], mode="missing").is_complete)
"""
