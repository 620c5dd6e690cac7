"""An ingestion that dies while a request is under way, shares its work, or finds more of it: each item exactly once all the same.

A kill at any other moment: `test_matrix.py`.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.hanging import MOMENTS, hang, kill_once_it_hangs
from support.ingesting import BRANDS, assert_each_once, ingest, settings_of, write_photos
from support.killing import INGESTION

ROOT = Path(__file__).parents[2]

PHOTOS = 4


@pytest.fixture
def scene(tmp_path, sandbox):
    sandbox.tell("variant", {"duplicates": "second"})  # the reading in which a careless repeat really doubles
    write_photos(tmp_path / "originals", PHOTOS)
    return tmp_path, settings_of(sandbox), sandbox


@pytest.mark.parametrize("endpoint", ["media_upload_url", "create_media", "list_media"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_while_a_request_is_under_way_loses_and_doubles_nothing(scene, endpoint, moment):
    """The service holds the answer back, so the process dies waiting for it."""
    folder, settings, sandbox = scene
    hang(sandbox, endpoint, moment)
    command = [sys.executable, "-c", DRIVER, str(folder / "originals"), str(folder / "ledger.sqlite")]

    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **sandbox.env})
    has_hung = kill_once_it_hangs(sandbox, process)
    report = ingest(settings, folder / "originals", folder / "ledger.sqlite", "second")

    assert has_hung
    assert report.is_complete
    assert_each_once(sandbox, folder / "originals")


DRIVER = """
import os, sys
sys.path.insert(0, "tests")
from dashmedia.settings import SocialSettings
from support.hanging import MOMENTS, hang, kill_once_it_hangs
from support.ingesting import ingest
settings = SocialSettings.from_env({k: v for k, v in os.environ.items() if k.startswith("DASH_SOCIAL_")})
ingest(settings, sys.argv[1], sys.argv[2], "first")
"""


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
