"""Exports loaded into a real PostgreSQL by whole runs, whose URL nobody sees."""

from datetime import date

import httpx
import pytest
from prefect.blocks.system import Secret
from sqlalchemy import create_engine, text
from support.databases import postgres
from support.exporting import event_at_noon, truth, yesterday, zone_at_noon
from support.running import TWO_DAYS, artifacts_of, state_of

from flows.backfill_downloads import backfill_downloads
from flows.export_downloads import export_downloads
from flows.watch_downloads import watch_downloads

TABLE = {"postgres_table": "downloads", "rollups": False}


@pytest.fixture(scope="module")
def warehouse():
    with postgres() as url:
        yield url


@pytest.fixture
def database(warehouse, monkeypatch):
    """Asks the database; its URL is in the environment, with a password to look for."""
    monkeypatch.setenv(
        "DASH_EXPORT_POSTGRES_URL", warehouse.set(password="s3cret").render_as_string(hide_password=False)
    )
    engine = create_engine(warehouse.set(drivername="postgresql+psycopg"))

    def ask(query):
        with engine.begin() as connection:
            answer = connection.execute(text(query))
            return [tuple(row) for row in answer] if answer.returns_rows else None

    yield ask
    ask("DROP TABLE IF EXISTS downloads")
    engine.dispose()


def loaded(ask):
    rows = ask(
        "SELECT event_id, asset_id, asset_file_id, user_id, user_type, portal_id, download_type, "
        """to_char(downloaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM downloads"""
    )
    return sorted(rows)


def test_a_run_leaves_its_days_in_the_table_and_says_so(prefect, seeded, out, database):
    state = state_of(out, export_downloads, **TABLE)

    assert state.is_completed(), state.message
    assert loaded(database) == truth(seeded, **TWO_DAYS)
    assert "table downloads of PostgreSQL" in artifacts_of(prefect, state)["export-summary"].data


def test_a_backfill_loads_what_is_not_there_and_leaves_the_rest(prefect, seeded, out, database):
    state_of(out, export_downloads, rollups=False)
    state_of(out, backfill_downloads, **TABLE)
    database("DELETE FROM downloads WHERE event_id = (SELECT min(event_id) FROM downloads WHERE day = '2026-11-20')")
    database(
        "CREATE TABLE IF NOT EXISTS before AS SELECT xmin::text AS version FROM downloads WHERE day = '2026-11-19'"
    )

    state = state_of(out, backfill_downloads, first_day=date(2026, 11, 18), **TABLE)

    assert loaded(database) == truth(seeded, first_day=date(2026, 11, 18))
    assert state.result().made["loaded"].startswith("2 days")
    assert database("SELECT DISTINCT xmin::text FROM downloads WHERE day = '2026-11-19'") == database(
        "SELECT DISTINCT version FROM before"
    )
    database("DROP TABLE before")


def test_a_watch_replaces_the_day_that_changed(prefect, sandbox, out, database):
    zone = zone_at_noon()
    sandbox.tell("seed_events", {"count": 100, "days": 3, "last_day": str(yesterday(zone)), "seed": 5})
    watch_downloads(2, zone, destination=str(out), **TABLE)
    sandbox.tell("events", [event_at_noon(zone)])

    report = watch_downloads(2, zone, destination=str(out), **TABLE)

    assert report.made["loaded"].startswith("1 days")
    assert len(loaded(database)) == sum(one.unique_ids for one in report.partitions)


def test_a_secret_block_goes_before_the_environment_and_its_url_is_shown_nowhere(
    prefect, seeded, out, env, database, warehouse, monkeypatch
):
    Secret(value=warehouse.set(password="s3cret").render_as_string(hide_password=False)).save(
        "warehouse", overwrite=True
    )
    monkeypatch.delenv("DASH_EXPORT_POSTGRES_URL")

    state = state_of(out, export_downloads, postgres_secret="warehouse", **TABLE)

    assert state.is_completed(), state.message
    assert loaded(database) == truth(seeded, **TWO_DAYS)
    run = f"{env['PREFECT_API_URL']}/flow_runs/{state.state_details.flow_run_id}"
    shown = httpx.get(run).text + str(artifacts_of(prefect, state))
    assert "s3cret" not in shown


def test_a_database_that_is_not_there_ends_the_run_before_the_first_request(prefect, seeded, out, monkeypatch):
    monkeypatch.setenv("DASH_EXPORT_POSTGRES_URL", "postgresql://user:s3cret@127.0.0.1:9/downloads")

    state = state_of(out, export_downloads, **TABLE)

    assert state.message.startswith("PostgreSQL downloads on 127.0.0.1")
    assert "s3cret" not in state.message
    assert seeded.ask("requests") == {}


@pytest.mark.parametrize("secret", ["no-such-block", "downloads-postgres"])
def test_without_a_url_the_run_says_where_to_put_it(prefect, seeded, out, monkeypatch, secret):
    monkeypatch.delenv("DASH_EXPORT_POSTGRES_URL", raising=False)

    state = state_of(out, export_downloads, postgres_secret=secret, **TABLE)

    assert f"no Secret block named {secret}" in state.message
    assert seeded.ask("requests") == {}


def test_a_load_that_is_refused_fails_the_run_and_keeps_the_partitions(prefect, seeded, out, database):
    state_of(out, export_downloads, **TABLE)
    database("UPDATE downloads SET day = '2001-01-01' WHERE day = '2026-11-19'")

    state = state_of(out, export_downloads, **TABLE)

    assert state.message.startswith("Every day is there, but something else is not. Not every day was loaded.")
    assert len(list(out.rglob("certificate.json"))) == 2
