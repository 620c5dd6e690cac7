"""A run into brands and the DAM that dies by SIGKILL anywhere leaves a state from which the next one completes both."""

import csv
import os
import random
import signal

import pytest
from support import delivering
from support.ingesting import assert_each_once, ingest, settings_of, write_photos
from support.killing import INGESTION

from dashmedia.ingest.metadata_map import MetadataMap

#: How many boundaries the quick run samples; `KILLS=all` visits every one.
SAMPLE = 8
PHOTOS = 6
FOLDER = "/UGC/2026-11"


@pytest.fixture
def scene(tmp_path, sandbox):
    """Files of one to three parts, and a manifest with metadata for each."""
    folder = write_photos(tmp_path / "originals", PHOTOS)
    with (folder / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["uri", "caption", "campaign"])
        rows.writerows(
            [path.name, f"caption of {path.name}", "Always on"] for path in sorted(folder.glob("*.jpg"))
        )  # fmt: skip
    options = {
        "dash": delivering.settings_of(sandbox), "dam_folder": FOLDER, "batch_size": 4,
        "dam_fields": MetadataMap(caption="Description", campaign="Campaign"),
    }  # fmt: skip
    prepare(sandbox)
    return tmp_path, settings_of(sandbox), options, sandbox


def prepare(sandbox):
    """The readings in which a careless repeat doubles records, and a lost answer leaves empty assets."""
    sandbox.tell("reset")
    sandbox.tell("variant", {"duplicates": "second", "part_bytes": 1_000, "job_polls": 0, "part_storage": "front"})


def assert_both_hold_each_once(sandbox, folder):
    """Bytes, metadata, and nothing besides."""
    paths = sorted(folder.glob("*.jpg"))
    assert_each_once(sandbox, folder)
    delivering.assert_each_once(sandbox, paths, FOLDER)
    told = {each["file"]["filename"]: each["values"] for each in sandbox.ask("assets?state=STAGED")
            if each["values"].get("Folders") == [FOLDER]}  # fmt: skip
    assert {name: values["Description"] for name, values in told.items()} == {
        path.name: [f"caption of {path.name}"] for path in paths
    }


def test_a_kill_at_any_boundary_loses_and_doubles_nothing_in_either(scene, record_property):
    folder, settings, options, sandbox = scene
    source = folder / "originals" / "manifest.csv"
    total = INGESTION.count(settings, source, folder / "count.sqlite", "count", **options)
    chosen = range(1, total + 1)
    if os.environ.get("KILLS") != "all":
        chosen = sorted(random.Random(total).sample(chosen, min(SAMPLE, total)))

    for at in chosen:
        prepare(sandbox)
        ledger = folder / f"{at}.sqlite"
        died = INGESTION.die(settings, source, ledger, "first", at=at, **options)
        report = ingest(settings, source, ledger, "second", **options)

        assert died in (-signal.SIGKILL, 0), at
        assert report.is_complete, (at, report.failures)
        assert report.ready + report.already_done == PHOTOS, at
        assert_both_hold_each_once(sandbox, folder / "originals")
    record_property("kills", f"{len(chosen)} of {total} boundaries")
