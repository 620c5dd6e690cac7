from __future__ import annotations

import pytest
from sqlalchemy import text

from dashmedia.errors import LedgerError
from dashmedia.ledger import Ledger
from dashmedia.ledger.database import Database, locate
from dashmedia.ledger.upgrades import prepare


@pytest.fixture
def database(url):
    opened = Database(locate(url))
    yield opened
    opened.close()


def add_colour(connection):
    connection.execute(text("ALTER TABLE ledger_items ADD COLUMN colour TEXT"))


def add_shade(connection):
    connection.execute(text("UPDATE ledger_items SET colour = 'red'"))


def test_a_new_ledger_has_the_newest_version_and_opens_again(database):
    with database.write() as connection:
        first = prepare(connection, "here")
    with database.write() as connection:
        again = prepare(connection, "here", create=False)

    assert (first, again) == (0, 1)


def test_an_older_ledger_is_upgraded_step_by_step_and_keeps_its_rows(url, database, begin, new_item, ledger):
    ledger.claim([new_item(1)], begin())

    with database.write() as connection:
        found = prepare(connection, "here", steps=(add_colour, add_shade))
    with database.write() as connection:
        again = prepare(connection, "here", steps=(add_colour, add_shade))
        colours = connection.execute(text("SELECT colour FROM ledger_items")).scalars().all()

    assert (found, again, colours) == (1, 3, ["red"])


def test_an_upgrade_that_breaks_off_leaves_the_older_version(database):
    def break_off(connection):
        raise RuntimeError("power cut")

    with database.write() as connection:
        prepare(connection, "here")
    with pytest.raises(RuntimeError), database.write() as connection:
        prepare(connection, "here", steps=(add_colour, break_off))

    with database.write() as connection:
        assert prepare(connection, "here", steps=(add_colour,)) == 1


def test_a_newer_ledger_is_refused_with_both_versions(url, database):
    with database.write() as connection:
        prepare(connection, "here", steps=(add_colour, add_shade))

    with pytest.raises(LedgerError, match=r"schema version 3; this program knows versions up to 1\."):
        Ledger.open(url)


def test_a_ledger_that_is_only_looked_into_is_not_made(url, tmp_path):
    with pytest.raises(LedgerError, match="There is no ledger at"):
        Ledger.open(url, create=False)

    assert list(tmp_path.iterdir()) == []
