from __future__ import annotations

import sys
from datetime import date

import duckdb
import fsspec
import pytest
from support.publishing import FIRST, LAST, Label, NamesByHand, over_days, publish

from dashmedia.errors import SettingsError
from dashmedia.exports.duckdb_views import build_views
from dashmedia.exports.encoding import Format
from dashmedia.exports.rollups import By, write_rollups


@pytest.fixture(params=["folder", "odd_folder", "memory"])
def destination(request, tmp_path):
    names = {"folder": str(tmp_path), "odd_folder": f"{tmp_path}/o'dd [1]*", "memory": f"memory://{tmp_path.name}"}
    return names[request.param]


@pytest.fixture
def ask(tmp_path):
    """Rows of a query, asked of a copy as a person would have it."""

    def ask(destination, query):
        copy = tmp_path / "copy.duckdb"
        with fsspec.open(f"{destination}/latest.duckdb") as file:
            copy.write_bytes(file.read())
        with duckdb.connect(copy, read_only=True) as connection:
            return connection.execute(query).fetchall()

    return ask


def test_events_of_all_trusted_days_are_there(destination, service, spread, ask):
    events = over_days(spread(300))
    publish(destination, service(events))

    views = build_views(destination, "UTC")

    assert views.days == (FIRST, FIRST.replace(day=19), LAST)
    assert ask(destination, "SELECT day, count(*) FROM events GROUP BY 1 ORDER BY 1") == [
        (day, 100) for day in views.days
    ]
    assert ask(destination, "SELECT count(DISTINCT event_id) FROM events WHERE portal_id IS NULL") == [
        (sum(event.portal_id is None for event in events),)
    ]


def test_a_day_without_a_valid_certificate_is_not_in_a_view(tmp_path, service, spread, ask):
    publish(tmp_path, service(over_days(spread(300))))
    (tmp_path / "events" / f"date={FIRST}" / "certificate.json").unlink()
    data = tmp_path / "events" / f"date={LAST}" / "part.parquet"
    data.write_bytes(data.read_bytes()[:-1] + b"!")

    views = build_views(str(tmp_path), "UTC")

    assert set(views.left_out) == {FIRST, LAST}
    assert ask(tmp_path, "SELECT DISTINCT day FROM events") == [(date(2026, 11, 19),)]


def test_types_are_the_same_for_either_format_and_for_nothing(tmp_path, service, spread, ask):
    described = []
    for kinds in ((Format.PARQUET,), (Format.CSV,), ()):
        folder = f"{tmp_path}/{len(described)}"
        if kinds:
            publish(folder, service(over_days(spread(30))), formats=kinds)
        else:
            (tmp_path / "2").mkdir()
        build_views(folder, "UTC")
        described.append(ask(folder, "SELECT column_name, column_type FROM (DESCRIBE events)"))

    assert described[0] == described[1] == described[2]
    assert dict(described[0])["downloaded_at"] == "TIMESTAMP WITH TIME ZONE"
    assert dict(described[0])["day"] == "DATE"


def test_rollups_and_names_can_be_asked(destination, service, spread, ask):
    windows = publish(destination, service(over_days(spread(300))))
    write_rollups(
        destination, windows, NamesByHand(assets={"asset-1": Label("one.jpg")}, portals={"portal-0": "Press"})
    )

    build_views(destination, "UTC")

    assert ask(destination, "SELECT file_name FROM by_asset WHERE asset_id = 'asset-1'") == [("one.jpg",)]
    named = "SELECT count(*) FROM named_events WHERE file_name = 'one.jpg' AND asset_id = 'asset-1'"
    assert ask(destination, named) == ask(destination, "SELECT downloads FROM by_asset WHERE asset_id = 'asset-1'")
    assert ask(destination, "SELECT count(*) FROM named_events") == [(300,)]


def test_views_of_rollups_are_there_before_any_was_written(tmp_path, ask):
    build_views(str(tmp_path), "UTC")

    assert [ask(tmp_path, f"SELECT count(*) FROM {by}") for by in By] == [[(0,)]] * len(By)


def test_a_rebuild_sees_a_new_day_and_leaves_nothing_else(tmp_path, service, spread, ask):
    search = service(over_days(spread(300)))
    publish(tmp_path, search, FIRST, FIRST)
    build_views(str(tmp_path), "UTC")
    publish(tmp_path, search)

    build_views(str(tmp_path), "UTC")

    assert ask(tmp_path, "SELECT count(DISTINCT day) FROM events") == [(3,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.duckdb", "events", "latest.duckdb"]


def test_without_duckdb_the_person_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(SettingsError, match="pip install duckdb"):
        build_views(str(tmp_path), "UTC")
