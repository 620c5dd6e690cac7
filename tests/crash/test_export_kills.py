"""An export that dies while a request is under way, or is not alone: no day is trusted and short, and the next run completes them all.

A kill at any other moment: `test_matrix.py`.
"""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support.exporting import days_of, export, held, seed, settings_of, truth
from support.hanging import hang, kill_once_it_hangs

from dashmedia.exports.partitions import PartitionState, read_status

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dash(sandbox):
    seed(sandbox, count=600)
    return settings_of(sandbox)


def assert_nothing_short_is_trusted(sandbox, out):
    """Each day that a reader would trust holds exactly what the service holds."""
    wanted = Counter(row[-1][:10] for row in truth(sandbox))
    for day in days_of(out):
        status = read_status(str(out), day.date, day.window)
        if status.state is PartitionState.COMPLETE:
            assert status.certificate.unique_ids == wanted[str(day.date)], day
            assert read_status(str(out), day.date, day.window, verify=True).state is PartitionState.COMPLETE, day


@pytest.mark.parametrize("after", [0, 5, 11])
def test_a_kill_while_a_request_is_under_way_costs_nothing_but_time(dash, sandbox, tmp_path, after):
    hang(sandbox, "search_download_events", "before the effect", after)

    process = start_export(sandbox, tmp_path / "out")
    has_hung = kill_once_it_hangs(sandbox, process)
    assert_nothing_short_is_trusted(sandbox, tmp_path / "out")
    report = export(dash, tmp_path / "out", mode="missing")

    assert has_hung
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
