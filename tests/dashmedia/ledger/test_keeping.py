"""The commands that keep a ledger, as people type them."""

from __future__ import annotations

import pytest

from dashmedia.ledger import Ledger
from dashmedia.ledger.database import Database, locate
from dashmedia.ledger.upgrades import NEWEST, make_version


@pytest.fixture
def filled(ledger, begin, new_item):
    run = begin("run-1")
    ledger.claim([new_item(1), new_item(2)], run)
    ledger.end_run(run, {})
    return ledger


def test_a_ledger_is_backed_up_restored_and_trusted_again(run_cli, filled, tmp_path):
    archive = str(tmp_path / "ledger.zip")
    elsewhere = f"sqlite:///{tmp_path}/other.sqlite3"

    made = run_cli("backup", "--to", archive)
    restored = run_cli("restore", "--from", archive, "--ledger", elsewhere)
    trusted = [run_cli("trust", "--ledger", elsewhere) for _ in range(2)]

    assert (made[0], restored[0]) == (0, 0)
    assert f"5 rows of schema version {NEWEST}" in made[1]
    assert "Restored 5 rows. The ledger is as it was at 20" in restored[1]
    assert "dashmedia.ledger trust" in restored[1]
    assert [out for _, out, _ in trusted] == [
        "The ledger is trusted again.\n",
        "Nothing to do: the ledger was not restored, or is trusted.\n",
    ]
    with Ledger.open(elsewhere) as ledger:
        assert len(list(ledger.unready())) == 2


def test_what_is_there_is_only_replaced_when_told_to(run_cli, filled, tmp_path):
    archive = str(tmp_path / "ledger.zip")
    run_cli("backup", "--to", archive)

    refused = [run_cli("backup", "--to", archive), run_cli("restore", "--from", archive)]
    done = [run_cli("backup", "--to", archive, "--replace"), run_cli("restore", "--from", archive, "--replace")]

    assert [(code, out) for code, out, _ in refused] == [(1, "")] * 2
    assert "Nothing was written" in refused[0][2]
    assert "Nothing was restored" in refused[1][2]
    assert [code for code, _, _ in done] == [0, 0]


def test_an_upgrade_says_from_where_to_where(run_cli, url):
    database = Database(locate(url))
    with database.write() as connection:
        make_version(connection, 1)
    database.close()

    first, second = run_cli("upgrade"), run_cli("upgrade")

    assert (first[0], second[0]) == (0, 0)
    assert f"was upgraded from 1 to {NEWEST}." in first[1]
    assert f"is of schema version {NEWEST}, the newest." in second[1]


def test_a_ledger_that_is_not_there_is_neither_made_nor_backed_up(run_cli, tmp_path):
    for words in (["upgrade"], ["trust"], ["backup", "--to", str(tmp_path / "a.zip")]):
        code, out, err = run_cli(*words)

        assert (code, out) == (1, "")
        assert "There is no ledger at" in err
    assert list(tmp_path.iterdir()) == []
