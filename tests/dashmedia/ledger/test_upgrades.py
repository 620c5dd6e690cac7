from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from dashmedia.errors import LedgerError
from dashmedia.ledger import Ledger
from dashmedia.ledger.database import Database, locate
from dashmedia.ledger.schema import metadata
from dashmedia.ledger.upgrades import STEPS, prepare

NEWEST = len(STEPS) + 1

#: The tables of the first release, as its own program made them; what came later is left out.
FIRST_TABLES = (
    "ledger_meta", "ledger_items", "ledger_history", "ledger_uploads", "ledger_refusals", "ledger_jobs", "ledger_runs",
)  # fmt: skip


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

    assert (first, again) == (0, NEWEST)


def test_an_older_ledger_is_upgraded_step_by_step_and_keeps_its_rows(url, database, begin, new_item, ledger):
    ledger.claim([new_item(1)], begin())

    with database.write() as connection:
        found = prepare(connection, "here", steps=(*STEPS, add_colour, add_shade))
    with database.write() as connection:
        again = prepare(connection, "here", steps=(*STEPS, add_colour, add_shade))
        colours = connection.execute(text("SELECT colour FROM ledger_items")).scalars().all()

    assert (found, again, colours) == (NEWEST, NEWEST + 2, ["red"])


def test_an_upgrade_that_breaks_off_leaves_the_older_version(database):
    def break_off(connection):
        raise RuntimeError("power cut")

    with database.write() as connection:
        prepare(connection, "here")
    with pytest.raises(RuntimeError), database.write() as connection:
        prepare(connection, "here", steps=(*STEPS, add_colour, break_off))

    with database.write() as connection:
        assert prepare(connection, "here", steps=(*STEPS, add_colour)) == NEWEST


def test_a_newer_ledger_is_refused_with_both_versions(url, database):
    with database.write() as connection:
        prepare(connection, "here", steps=(*STEPS, add_colour, add_shade))

    with pytest.raises(
        LedgerError, match=rf"schema version {NEWEST + 2}; this program knows versions up to {NEWEST}\."
    ):
        Ledger.open(url)


def test_a_ledger_that_is_only_looked_into_is_not_made(url, tmp_path):
    with pytest.raises(LedgerError, match="There is no ledger at"):
        Ledger.open(url, create=False)

    assert list(tmp_path.iterdir()) == []


def make_the_first_version(connection):
    metadata.create_all(connection, tables=[metadata.tables[name] for name in FIRST_TABLES])
    for column in ("owner", "lease_until"):
        connection.execute(text(f"ALTER TABLE ledger_jobs DROP COLUMN {column}"))
    connection.execute(text("INSERT INTO ledger_meta VALUES (1)"))


def test_a_ledger_of_the_first_release_gets_every_table_and_column_that_a_new_one_has(database):
    with database.write() as connection:
        make_the_first_version(connection)
        found = prepare(connection, "here")
        upgraded = shape_of(connection)
        for name in reversed(metadata.sorted_tables):
            name.drop(connection)
        prepare(connection, "here")

        assert found == 1
        assert upgraded == shape_of(connection)


def shape_of(connection):
    """Every table with its columns, whether they may be empty, and its key."""
    seen = inspect(connection)
    return {
        name: (
            [(each["name"], each["nullable"], affinity(each["type"])) for each in seen.get_columns(name)],
            seen.get_pk_constraint(name)["constrained_columns"],
        )
        for name in seen.get_table_names()
        if name.startswith("ledger_")
    }


def affinity(kind):
    """What a column takes, whatever it is called: SQLite knows a double by several names."""
    return (kind.python_type, getattr(kind, "collation", None))
