"""What happens to deliveries that only a lost ledger knew of."""

import pytest
from support.delivering import settings_of as dash_settings_of
from support.ingesting import BRANDS, assert_each_once

from dashmedia.ledger import Ledger
from dashmedia.ledger.backup import back_up, restore

FOLDER = "/UGC/2026-11"


@pytest.fixture
def dam(sandbox):
    """Into both brands and a folder of the DAM."""
    return {"dash": dash_settings_of(sandbox), "dam_folder": FOLDER}


def lose_the_ledger(place, tmp_path, **options):
    """Three originals delivered before a back-up and two after it; then the older ledger is restored elsewhere."""
    place.photos(3).ingest(**options)
    back_up(place.ledger, tmp_path / "ledger.zip")
    place.photos(2, first=3).ingest(**options)
    place.ledger = tmp_path / "restored.sqlite"
    restore(place.ledger, tmp_path / "ledger.zip")


def assets(sandbox):
    return sorted(each["sha256"] for each in sandbox.ask("originals") if each["folder"] == FOLDER)


@pytest.mark.parametrize("duplicates", ["refuse", "upsert", "second"])
def test_the_library_holds_each_original_once_whatever_it_makes_of_a_second_create(place, tmp_path, duplicates):
    place.variant(duplicates=duplicates)
    lose_the_ledger(place, tmp_path)
    creates = place.requests()["create_media"]

    report = place.ingest()

    place.assert_each_once()
    assert (report.found, report.is_complete) == (5, True)
    assert place.requests()["create_media"] == creates


def test_the_dam_holds_each_original_once_also_when_the_next_run_is_new_to_it(place, tmp_path, sandbox, dam):
    lose_the_ledger(place, tmp_path, **dam)
    before = assets(sandbox)
    place.photos(1, first=5)

    report = place.ingest(**dam)

    assert_each_once(sandbox, place.folder, BRANDS)
    assert len(before) == 5
    assert len(assets(sandbox)) == len(set(assets(sandbox))) == 6
    assert set(before) < set(assets(sandbox))
    assert report.is_complete


def test_what_was_adopted_is_ready_in_the_ledger_with_where_it_was_found(place, tmp_path, dam):
    lose_the_ledger(place, tmp_path, **dam)

    place.ingest(**dam)

    with Ledger.open(place.ledger) as ledger:
        notes = {
            move.note for number in (3, 4) for _, moves in ledger.history(f"look-{number:04}.jpg") for move in moves
        }
        assert list(ledger.unready()) == []
    assert {"found in the library", "found in Dash after the ledger was restored"} <= notes


def test_an_asset_that_cannot_be_compared_is_left_to_a_person_and_not_doubled(place, tmp_path, sandbox, dam):
    place.variant(completion_checks="sizes")
    lose_the_ledger(place, tmp_path, **dam)
    before = assets(sandbox)

    report = place.ingest(**dam)

    assert assets(sandbox) == before
    assert not report.is_complete
    assert all("no checksum that could be compared" in each.reason for each in report.failures)
    assert len(report.failures) == 2


def test_a_ledger_that_is_trusted_again_looks_no_more(place, tmp_path):
    lose_the_ledger(place, tmp_path)
    place.ingest()
    with Ledger.open(place.ledger) as ledger:
        gaps = ledger.gap() is not None, ledger.trust(), ledger.gap(), ledger.trust()
    lists = place.requests().get("list_media", 0)
    place.photos(1, first=5).ingest()

    assert gaps == (True, 1, None, 0)
    assert place.requests().get("list_media", 0) == lists
    place.assert_each_once()
