"""The flow with the DAM as a destination, as people run it."""

import csv
import os
import subprocess
import sys

import pytest
from support.delivering import assert_each_once as assert_in_folder
from support.ingesting import BRANDS, assert_each_once
from support.running import ROOT, artifacts_of

from flows.ingest_ugc import ingest_ugc
from tasks.dash_credentials import DashCredentials

FOLDER = "/UGC/2026-11"


@pytest.fixture
def manifest(photos):
    """The photos with a caption each."""
    with (photos / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["uri", "caption"])
        rows.writerows([path.name, f"caption of {path.name}"] for path in sorted(photos.glob("*.jpg")))
    return photos / "manifest.csv"


def state_of(source, **options):
    chosen = {"brand_ids": BRANDS, "dam_folder": FOLDER, "rights": "owned"} | options
    return ingest_ugc(str(source), **chosen, return_state=True)


def test_one_run_brings_the_originals_to_both_and_tells_where(prefect, sandbox, photos, manifest):
    state = state_of(manifest, dam_fields={"caption": "Description"})

    left = artifacts_of(prefect, state)
    summary = left["ingest-summary"].data
    assert set(left) == {"ingest-summary", "ingest-assets", "ingest-progress", "ingest-jobs"}
    assert "The folder /UGC/2026-11 was not there before this run" in summary
    assert "| Dash, folder /UGC/2026-11 | 5 |" in summary
    assert "metadata was written to 5 assets" in summary
    assert f"/artifacts/artifact/{left['ingest-assets'].id}" in summary
    assert "look-0004.jpg" in left["ingest-assets"].data
    assert float(left["ingest-jobs"].data) == 100.0
    assert_each_once(sandbox, photos)
    assert_in_folder(sandbox, sorted(photos.glob("*.jpg")), FOLDER)


def test_what_one_of_them_refuses_fails_the_run_and_not_the_other(prefect, sandbox, photos):
    sandbox.tell("faults", [{"endpoint": "submit_upload_new_job", "kind": "status", "status": 401, "times": None}])

    state = state_of(photos)

    assert state.is_failed()
    assert state.message.startswith("5 of 5 originals are left over")
    assert "Nothing more was sent to Dash: POST" in state.message
    assert_each_once(sandbox, photos)


@pytest.mark.parametrize(("options", "words"), [
    ({"brand_ids": [], "dam_folder": None}, "The run has no destination"),
    ({"dam_fields": {"caption": "Descriptions"}}, "There is no field “Descriptions”"),
    ({"dash_credentials": "no-such-block"}, "no Dash credentials block named no-such-block"),
])  # fmt: skip
def test_a_choice_that_cannot_work_is_refused_in_one_sentence(prefect, sandbox, photos, options, words):
    state = state_of(photos, **options)

    assert words in state.message
    assert sandbox.ask("media") == []


def test_the_dam_alone_asks_for_its_own_credentials_only(prefect, sandbox, photos, monkeypatch):
    DashCredentials(api_token=sandbox.env["DASH_API_TOKEN"], api_url=sandbox.env["DASH_API_URL"]).save("dam-only")
    for name in ("DASH_API_TOKEN", "DASH_SOCIAL_TOKEN"):
        monkeypatch.delenv(name)

    state = state_of(photos, brand_ids=[], dash_credentials="dam-only")

    assert state.is_completed(), state.message
    assert_in_folder(sandbox, sorted(photos.glob("*.jpg")), FOLDER)


def test_the_command_takes_a_folder_and_a_mapping(env, sandbox, photos, manifest):
    words = [manifest, "--dam-folder", FOLDER, "--dam-fields.caption", "Description", "--pace.first-s", "0.2"]
    command = [sys.executable, "-m", "flows.ingest_ugc", *map(str, words), "--rights", "owned"]

    said = subprocess.run(command, cwd=ROOT, env=env_of(env), capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    values = [each["values"] for each in sandbox.ask("assets?state=STAGED") if each["values"]["Folders"] == [FOLDER]]
    assert len(values) == 5
    assert all(each["Description"][0].startswith("caption of look-") for each in values)


def env_of(env):
    """Without a token for Dash Social: nobody asks for it."""
    return {name: value for name, value in {**os.environ, **env}.items() if name != "DASH_SOCIAL_TOKEN"}
