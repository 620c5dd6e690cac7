from __future__ import annotations

import pytest
from support.ingesting import ingest, photo

from dashmedia.errors import LedgerError, SettingsError
from dashmedia.ingest import IngestOptions
from dashmedia.ingest.report import LISTED_MAX, Failed
from dashmedia.ingest.shard_reports import sum_reports
from dashmedia.ledger import Ledger

FAMILY = "3f2c"


def options_of(place, **more):
    return IngestOptions(source=str(place.folder), brand_ids=[4242], rights="owned", run_as="deployments", **more)


def ingest_shards(place, count=3, **options):
    """One after the other, as runs of one family; their reports."""
    with Ledger.open(str(place.ledger)) as ledger:
        ledger.start_run(FAMILY, flow="ingest_ugc", source=str(place.folder))
    chosen = {"brand_ids": [4242], "family": FAMILY} | options
    return [
        ingest(place.settings, place.folder, place.ledger, f"run-{number}", shard=f"{number}/{count}", **chosen)
        for number in range(1, count + 1)
    ]


def test_shards_together_report_what_one_run_would_have_reported(place):
    place.photos(9)
    (place.folder / "notes.txt").write_text("no picture")
    for number in range(4):
        (place.folder / f"copy-{number}.jpg").write_bytes(photo(number))

    parts = ingest_shards(place)
    whole = sum_reports(parts, options_of(place, shards=3), run_id=FAMILY, seconds=12.5, lost={})

    assert (whole.found, whole.ready, whole.duplicate, whole.rejected) == (14, 9, 4, 1)
    assert (whole.unaccounted, whole.is_complete, whole.is_part, parts[0].is_part) == (0, True, False, True)
    assert whole.rejected_by_rule == {"duplicate": 4, "unknown_type": 1} or sum(whole.rejected_by_rule.values()) == 5
    assert whole.requests["POST brands/media"] == 9
    assert whole.by_destination[0].counts == {"ready": 9, "duplicate": 4}
    assert (whole.seconds, whole.run_id, len(whole.refusals)) == (12.5, FAMILY, 5)
    assert place.sandbox.ask("state")["media"] == {"4242": 9}


def test_what_all_shards_refused_is_listed_as_the_newest_run_of_the_source(place):
    place.photos(3)
    for number in range(6):
        (place.folder / f"notes-{number}.txt").write_text(f"no picture {number}")

    ingest_shards(place)

    with Ledger.open(str(place.ledger)) as ledger:
        assert len(list(ledger.refused())) == 6


def test_a_shard_that_left_no_report_makes_the_run_incomplete(place):
    parts = ingest_shards(place.photos(6), count=2)
    whole = sum_reports(
        parts[:1], options_of(place), run_id=FAMILY, seconds=1, lost={"2/2": "Shard 2/2 ended as Crashed."}
    )

    assert not whole.is_complete
    assert whole.lost_shards == ("2/2",)
    assert whole.remarks == ("Shard 2/2 ended as Crashed.",)


def test_no_shard_at_all_left_a_report(place):
    whole = sum_reports([], options_of(place), run_id=FAMILY, seconds=1, lost={"1/2": "one", "2/2": "two"})

    assert (whole.found, whole.destinations, whole.is_complete) == (0, (), False)


def test_long_lists_are_cut_and_counts_are_not(place):
    (part,) = ingest_shards(place.photos(2), count=1)
    failed = Failed(filename="a.jpg", destination="social:4242", reason="no answer", retryable=True)
    many = part.model_copy(update={"failures": (failed,) * (LISTED_MAX - 1), "failed": 1_000})

    whole = sum_reports([many, many], options_of(place), run_id=FAMILY, seconds=1, lost={})

    assert (len(whole.failures), whole.failed) == (LISTED_MAX, 2_000)


def test_a_shard_with_another_ledger_sends_nothing(place):
    place.photos(2)

    with pytest.raises(LedgerError, match=r"does not know the run 3f2c .* DASH_LEDGER_URL"):
        ingest(place.settings, place.folder, place.ledger, "run-1", shard="1/2", family=FAMILY)

    assert place.requests() == {}


def test_a_shard_cannot_be_shared_out_again(place):
    with pytest.raises(SettingsError, match="cannot be shared out again"):
        options_of(place, shard="1/2")
