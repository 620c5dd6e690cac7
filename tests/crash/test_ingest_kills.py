"""A process that dies by SIGKILL anywhere leaves a state from which the next run completes each item exactly once."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.ingesting import BRANDS, assert_each_once, ingest, settings_of, write_photos
from support.killing import INGESTION

ROOT = Path(__file__).parents[2]

#: How many boundaries the quick run samples; `KILLS=all` visits every one.
SAMPLE = 24
PHOTOS = 4


@pytest.fixture
def scene(tmp_path, sandbox):
    sandbox.tell("variant", {"duplicates": "second"})  # the reading in which a careless repeat really doubles
    write_photos(tmp_path / "originals", PHOTOS)
    return tmp_path, settings_of(sandbox), sandbox


def boundaries_of(scene):
    folder, settings, sandbox = scene
    total = INGESTION.count(settings, folder / "originals", folder / "count.sqlite", "count", batch_size=3)
    sandbox.tell("reset")
    sandbox.tell("variant", {"duplicates": "second"})
    return total


def test_a_kill_at_any_boundary_loses_and_doubles_nothing(scene, record_property):
    folder, settings, sandbox = scene
    total = boundaries_of(scene)
    chosen = range(1, total + 1)
    if os.environ.get("KILLS") != "all":
        chosen = sorted(random.Random(total).sample(chosen, min(SAMPLE, total)))

    for at in chosen:
        ledger = folder / f"{at}.sqlite"
        died = INGESTION.die(settings, folder / "originals", ledger, "first", at=at, batch_size=3)
        report = ingest(settings, folder / "originals", ledger, "second", batch_size=3)

        assert died in (-signal.SIGKILL, 0), at
        assert report.is_complete, at
        assert report.ready + report.already_done == PHOTOS, at
        assert_each_once(sandbox, folder / "originals")
        sandbox.tell("reset")
        sandbox.tell("variant", {"duplicates": "second"})
    record_property("kills", f"{len(chosen)} of {total} boundaries")


def test_two_kills_in_a_row_lose_and_double_nothing(scene):
    folder, settings, sandbox = scene
    total = boundaries_of(scene)
    dice = random.Random(7)

    for turn in range(4):
        ledger = folder / f"{turn}.sqlite"
        for number in range(2):
            INGESTION.die(
                settings, folder / "originals", ledger, f"run-{number}", at=dice.randint(1, total), batch_size=3
            )
        report = ingest(settings, folder / "originals", ledger, "last", batch_size=3)

        assert report.is_complete
        assert_each_once(sandbox, folder / "originals")
        sandbox.tell("reset")
        sandbox.tell("variant", {"duplicates": "second"})


@pytest.mark.parametrize("endpoint", ["media_upload_url", "create_media", "list_media"])
@pytest.mark.parametrize("moment", ["before the effect", "after the effect"])
def test_a_kill_while_a_request_is_under_way_loses_and_doubles_nothing(scene, endpoint, moment):
    """The service holds the answer back, so the process dies waiting for it."""
    folder, settings, sandbox = scene
    fault = {"endpoint": endpoint, "kind": "delay_ms", "delay_ms": 60_000, "times": 1, "after": 1}
    if moment == "after the effect":
        fault |= {"kind": "reset_after"}
    sandbox.tell("faults", [fault])
    command = [sys.executable, "-c", DRIVER, str(folder / "originals"), str(folder / "ledger.sqlite")]

    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **sandbox.env})
    wait_for_strike(sandbox, process)
    process.kill()
    process.wait()
    sandbox.forget("faults")
    report = ingest(settings, folder / "originals", folder / "ledger.sqlite", "second")

    assert report.is_complete
    assert_each_once(sandbox, folder / "originals")


DRIVER = """
import os, sys
sys.path.insert(0, "tests")
from dashmedia.settings import SocialSettings
from support.ingesting import ingest
settings = SocialSettings.from_env({k: v for k, v in os.environ.items() if k.startswith("DASH_SOCIAL_")})
ingest(settings, sys.argv[1], sys.argv[2], "first")
"""


def wait_for_strike(sandbox, process):
    """Return once the scripted fault met a request (the process then hangs, or goes on after a reset)."""
    while process.poll() is None and not any(rule["struck"] for rule in sandbox.ask("faults")):
        time.sleep(0.01)


def test_two_runs_at_once_share_the_work_and_double_nothing(scene):
    folder, settings, sandbox = scene
    write_photos(folder / "originals", 40)
    command = [sys.executable, "-c", DRIVER, str(folder / "originals"), str(folder / "ledger.sqlite")]
    env = {**os.environ, **sandbox.env}

    processes = [subprocess.Popen(command, cwd=ROOT, env=env) for _ in range(2)]
    codes = [process.wait() for process in processes]
    report = ingest(settings, folder / "originals", folder / "ledger.sqlite", "last")

    assert codes == [0, 0]
    assert report.is_complete
    assert sandbox.ask("requests")["create_media"] == 40 * len(BRANDS)
    assert_each_once(sandbox, folder / "originals")


def test_the_manifest_of_a_killed_run_may_have_new_rows(scene):
    folder, settings, sandbox = scene
    INGESTION.die(settings, folder / "originals", folder / "ledger.sqlite", "first", at=30)
    write_photos(folder / "originals", 3, first=PHOTOS)
    with (folder / "originals" / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["uri"])
        rows.writerows([path.name] for path in sorted((folder / "originals").glob("*.jpg")))

    report = ingest(settings, folder / "originals" / "manifest.csv", folder / "ledger.sqlite", "second")

    assert report.is_complete
    assert_each_once(sandbox, folder / "originals")
