"""Originals into the DAM, alone and beside brands, over real HTTP."""

import csv
import hashlib
import io
from collections import Counter
from dataclasses import replace

import fsspec
import pytest
from support.delivering import settings_of as dash_settings_of
from support.ingesting import BRANDS, ingest, photo, write_photos

from dashmedia.errors import ActionNotPermittedError, AuthError, SchemaError, SettingsError
from dashmedia.ingest import IngestOptions
from dashmedia.ingest.metadata_map import MetadataMap
from dashmedia.ledger import Ledger

FOLDER = "/UGC/2026-11"
FIELDS = MetadataMap(caption="Description", creator="Creator", campaign="Campaign")


@pytest.fixture
def run(place, sandbox):
    """One run into both, unless told otherwise; each call is another run."""
    dash = dash_settings_of(sandbox)

    def start(source=None, *, settings=place.settings, **options):
        place.runs += 1
        chosen = {"dash": dash, "dam_folder": FOLDER} | options
        return ingest(settings, source or place.folder, place.ledger, f"run-{place.runs}", **chosen)

    return start


def manifest(folder, rows):
    """A CSV beside the photos, one row for each."""
    columns = sorted({"uri", *(name for row in rows for name in row)})
    with (folder / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return folder / "manifest.csv"


def fetch(url, _):
    """The photo whose number is the first character of the name."""
    return io.BytesIO(photo(int(url.removeprefix("https://cdn.example/")[0])))


def held(sandbox, folder=FOLDER):
    """The SHA-256 of every original in the folder."""
    return Counter(each["sha256"] for each in sandbox.ask("originals") if each["folder"] == folder)


def sums(folder):
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jpg"))


def assert_in_both(sandbox, place):
    place.assert_each_once()
    assert held(sandbox) == sums(place.folder)


def values_of(sandbox):
    """Metadata of the new assets, by file name."""
    new = [each for each in sandbox.ask("assets?state=STAGED") if each["values"].get("Folders") == [FOLDER]]
    return {each["file"]["filename"]: each["values"] for each in new}


def test_every_original_is_in_the_brands_and_in_the_folder_once(place, sandbox, run):
    place.photos(5)

    report = run(batch_size=2)

    assert (report.ready, report.is_complete) == (5, True)
    assert [each.counts for each in report.by_destination] == [{"ready": 5}] * 3
    assert {each.filename for each in report.assets} == {path.name for path in place.folder.iterdir()}
    assert_in_both(sandbox, place)


def test_the_dam_alone_needs_no_access_to_dash_social(place, sandbox, run):
    place.photos(2)

    report = run(settings=None, brand_ids=[])

    assert report.ready == 2
    assert sandbox.ask("media") == []
    assert held(sandbox) == sums(place.folder)


def test_running_again_sends_nothing_to_either(place, sandbox, run):
    run(place.photos(3).folder)
    before = place.requests()

    report = run()

    sent = Counter(place.requests()) - Counter(before)
    assert (report.already_done, report.bytes) == (3, 0)
    assert sent["create_media"] + sent["submit_upload_new_job"] + sent["media_upload_url"] == 0


def test_a_folder_that_is_added_later_gets_what_the_brands_have_already(place, sandbox, run):
    place.photos(3).ingest()

    report = run()

    assert [each.counts for each in report.by_destination] == [{"already_done": 3}] * 2 + [{"ready": 3}]
    assert report.ready == 3
    assert_in_both(sandbox, place)


def test_a_folder_that_is_not_there_is_made_and_told_of(place, run):
    first = run(place.photos(1).folder)
    second = run()

    assert first.remarks == (f"The folder {FOLDER} was not there before this run; its first upload makes it.",)
    assert second.remarks == ()


def test_a_dry_run_says_what_would_go_where_and_sends_nothing(place, sandbox, run):
    report = run(place.photos(2).folder, dry_run=True, dam_fields=FIELDS)

    assert report.planned == 2
    assert [each.counts for each in report.by_destination] == [{"planned": 2}] * 3
    assert report.remarks == (f"The folder {FOLDER} was not there; the first upload would make it.",)
    assert (sandbox.ask("media"), held(sandbox)) == ([], Counter())
    assert not list(Ledger.open(str(place.ledger)).find("look-"))


def test_what_the_manifest_says_is_written_to_the_fields_that_the_mapping_names(place, sandbox, run):
    place.photos(3)
    rows = [
        {"uri": "look-0000.jpg", "caption": "On a ridge", "creator": "@ana", "campaign": "Always on"},
        {"uri": "look-0001.jpg", "caption": "", "creator": "@ana", "campaign": "Always on"},
        {"uri": "look-0002.jpg", "caption": "", "creator": "", "campaign": ""},
    ]

    report = run(manifest(place.folder, rows), dam_fields=FIELDS)

    written = {name: {key: values.get(key) for key in ("Description", "Creator", "Campaign")}
               for name, values in values_of(sandbox).items()}  # fmt: skip
    assert report.fields_written == 2
    assert written == {
        "look-0000.jpg": {"Description": ["On a ridge"], "Creator": ["@ana"], "Campaign": ["Always on"]},
        "look-0001.jpg": {"Description": None, "Creator": ["@ana"], "Campaign": ["Always on"]},
        "look-0002.jpg": {"Description": None, "Creator": None, "Campaign": None},
    }


def test_metadata_is_written_again_only_when_the_manifest_says_something_else(place, sandbox, run):
    place.photos(2)
    rows = [{"uri": f"look-000{number}.jpg", "caption": "first words"} for number in range(2)]
    run(manifest(place.folder, rows), dam_fields=FIELDS)

    unchanged = run(manifest(place.folder, rows), dam_fields=FIELDS)
    changed = run(manifest(place.folder, [rows[0] | {"caption": "other words"}, rows[1]]), dam_fields=FIELDS)

    assert (unchanged.fields_written, changed.fields_written) == (0, 1)
    assert (unchanged.already_done, changed.already_done) == (2, 2)
    assert values_of(sandbox)["look-0000.jpg"]["Description"] == ["other words"]


def test_a_value_that_cannot_be_written_keeps_the_original_out_of_the_dam_alone(place, sandbox, run):
    place.photos(2)
    rows = [{"uri": "look-0000.jpg", "campaign": "Autumn 2027"}, {"uri": "look-0001.jpg", "campaign": "Always on"}]

    report = run(manifest(place.folder, rows), dam_fields=FIELDS)
    rows[0]["campaign"] = "Autumn 2026"
    mended = run(manifest(place.folder, rows), dam_fields=FIELDS)

    assert (report.failed, report.ready) == (1, 1)
    assert "Column campaign of look-0000.jpg cannot be written" in report.failures[0].reason
    assert "Autumn 2026" in report.failures[0].reason
    assert mended.is_complete
    assert_in_both(sandbox, place)


def test_a_metadata_job_that_fails_leaves_the_original_over_and_the_next_run_writes_it(place, sandbox, run):
    place.photos(1)
    told = manifest(place.folder, [{"uri": "look-0000.jpg", "caption": "words"}])
    place.faults({"endpoint": "submit_edit_job", "kind": "status", "status": 422, "message": "no", "times": 1})

    first = run(told, dam_fields=FIELDS)
    second = run(told, dam_fields=FIELDS)

    assert first.failed == 1
    assert first.failures[0].destination.startswith("dam:")
    assert second.fields_written == 1
    assert values_of(sandbox)["look-0000.jpg"]["Description"] == ["words"]


def test_a_field_that_does_not_exist_ends_the_run_before_anything_is_sent(place, sandbox, run):
    with pytest.raises(SchemaError, match=r"Descriptions.*Description"):
        run(place.photos(1).folder, dam_fields=MetadataMap(caption="Descriptions"))

    assert (sandbox.ask("media"), held(sandbox)) == ([], Counter())


def test_a_token_that_may_not_make_assets_ends_the_run_before_anything_is_sent(place, sandbox, run):
    sandbox.tell("taken_permissions", [{"resourceType": "ASSETS", "action": "CREATE_ASSETS"}])

    with pytest.raises(ActionNotPermittedError, match="CREATE_ASSETS"):
        run(place.photos(1).folder)

    assert sandbox.ask("media") == []


@pytest.mark.parametrize(("chosen", "words"), [
    ({"brand_ids": []}, "no destination"),
    ({"brand_ids": [4242], "dam_fields": FIELDS}, "dam_folder is not"),
    ({"brand_ids": [], "dam_folder": "/UGC//a"}, "single slashes"),
])  # fmt: skip
def test_a_run_that_leads_nowhere_is_refused_in_one_sentence(chosen, words):
    with pytest.raises(SettingsError, match=words):
        IngestOptions(source="looks", **chosen)


def test_trouble_in_the_dam_does_not_stop_the_brands(place, sandbox, run):
    place.photos(4)
    place.faults({"endpoint": "submit_upload_new_job", "kind": "status", "status": 401, "times": None})

    report = run(batch_size=2)
    sandbox.forget("faults")
    again = run()

    place.assert_each_once()
    assert (report.failed, again.is_complete) == (4, True)
    assert "Nothing more was sent to Dash: " in report.remarks[-1]
    assert [each.counts for each in report.by_destination] == [{"ready": 4}] * 2 + [{"failed": 4}]
    assert_in_both(sandbox, place)


def test_trouble_in_the_library_does_not_stop_the_dam(place, sandbox, run):
    place.photos(3)
    place.faults({"endpoint": "media_upload_url", "kind": "status", "status": 401, "times": None})

    report = run(batch_size=2)

    assert report.failed == 3
    assert "Nothing more was sent to Dash Social: " in report.remarks[-1]
    assert held(sandbox) == sums(place.folder)


def test_trouble_everywhere_ends_the_run(place, run):
    place.photos(3)
    place.faults(*({"endpoint": one, "kind": "status", "status": 401, "times": None}
                   for one in ("media_upload_url", "submit_upload_new_job")))  # fmt: skip

    with pytest.raises(AuthError):
        run(batch_size=1)


def test_an_original_in_a_storage_is_fetched_once_for_everything(place, sandbox, run):
    place.photos(3)
    storage = fsspec.filesystem("memory")
    storage.put(str(place.folder), "/once", recursive=True)

    def forget(session, batch):
        storage.rm("/once", recursive=True)

    report = run("memory://once", meanwhile=forget)

    assert report.ready == 3
    assert_in_both(sandbox, place)


def test_an_original_at_a_public_address_is_named_to_the_brands_and_sent_to_the_dam(place, sandbox, run):
    place.folder.mkdir()
    told = manifest(place.folder, [{"uri": f"https://cdn.example/{number}.jpg?s=1"} for number in range(2)])
    asked = []

    def count(url, most):
        asked.append(url)
        return fetch(url, most)

    report = run(told, fetch=count)

    assert report.is_complete, report.failures
    assert len(asked) == 2
    assert {each["url"] for each in sandbox.ask("media")} == set(asked)
    assert held(sandbox) == Counter(hashlib.sha256(photo(number)).hexdigest() for number in range(2))


def test_without_room_for_a_copy_a_public_original_is_left_over_for_the_dam_alone(place, sandbox, run):
    place.folder.mkdir()
    told = manifest(place.folder, [{"uri": f"https://cdn.example/{number}.jpg"} for number in range(2)])

    def narrow(session):
        session.rules.copies.most_bytes = 1
        session.rules = replace(session.rules, fetch=fetch)

    report = run(told, before=narrow, batch_size=2, workers=1)

    assert report.failed == 1
    assert "not kept to be sent to the DAM" in report.failures[0].reason
    assert len(sandbox.ask("media")) == 2 * len(BRANDS)
    assert run(told, before=narrow, batch_size=1).is_complete


def test_the_same_bytes_twice_are_one_asset(place, sandbox, run):
    write_photos(place.folder, 1)
    (place.folder / "again.jpg").write_bytes((place.folder / "look-0000.jpg").read_bytes())

    report = run()

    assert (report.ready, report.duplicate) == (1, 1)
    assert held(sandbox).total() == 1
