"""The page of proofs is what the last full runs recorded, and people find it."""

import json
from dataclasses import replace

import pytest
from support import proof
from support.proof import Table, record

TABLE = Table(
    title="Kills",
    command="make crash",
    says="12,480 kills, nothing lost.",
    columns=("effect", "kills:"),
    rows=(("ledger", 12_480), ("rename", 3)),
    seconds=1234.5,
    seed=7,
    figures={"kills": 12_480},
)


def test_the_page_holds_what_was_recorded_and_nothing_else():
    assert (proof.DOCS / "proof.md").read_text() == proof.page()


@pytest.mark.parametrize("name", ["../README.md", "README.md"])
def test_readers_are_led_to_it(name):
    text = (proof.DOCS / name).read_text()

    assert "](docs/proof.md)" in text or "](proof.md)" in text


def test_a_run_is_kept_with_its_day_machine_seed_and_totals(tmp_path):
    record("crash", TABLE, tmp_path)

    kept = json.loads((tmp_path / "proof" / "crash.json").read_text())
    page = (tmp_path / "proof.md").read_text()
    assert kept["figures"] == {"kills": 12_480}
    assert "## Kills\n\n12,480 kills, nothing lost.\n\n| effect | kills |\n| --- | ---: |\n| ledger | 12,480 |" in page
    assert f"`make crash`, {kept['taken']}, seed 7, 1,234 s on {kept['machine']}." in page


def test_what_has_no_recorded_run_is_said_to_have_none(tmp_path):
    record("crash", TABLE, tmp_path)

    page = (tmp_path / "proof.md").read_text()
    assert "No full run is recorded of: `make faults`, `make bugs`, `make fuzz`, `make machines`." in page


def test_a_row_that_does_not_fit_its_columns_is_refused(tmp_path):
    short = replace(TABLE, rows=(("ledger", 1), ("rename",)))

    with pytest.raises(ValueError, match=r"row 2 of Kills has 1 values, its columns are 2"):
        record("crash", short, tmp_path)
    assert list(tmp_path.iterdir()) == []
