from __future__ import annotations

import threading
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import create_engine, inspect, text
from support.databases import postgres

from dashmedia.errors import LoadError, SettingsError
from dashmedia.exports.events import Packer, table_to_frame
from dashmedia.exports.postgres import count_loaded, load_partition, place_words

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def server():
    with postgres() as url:
        yield url


@pytest.fixture(scope="module")
def engine(server):
    engine = create_engine(server.set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def numbers():
    return count(1)


@pytest.fixture
def table(numbers):
    return f"downloads_{next(numbers)}"


@pytest.fixture
def url(server):
    return server.render_as_string(hide_password=False)


@pytest.fixture
def ask(engine):
    def ask(query):
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return ask


def frame_of(events):
    packer = Packer()
    return table_to_frame(packer.join([packer.pack(events)]))


def test_a_partition_is_there_as_it_was(url, table, ask, spread):
    events = spread(500)

    loaded = load_partition(url, table, frame_of(events), DAY)

    rows = ask(f"SELECT * FROM {table} ORDER BY downloaded_at, event_id")
    assert loaded == (500, 0)
    assert rows == [(DAY, *event) for event in events]


def test_types_are_right(url, table, engine, spread):
    load_partition(url, table, frame_of(spread(5)), DAY)

    columns = {one["name"]: (str(one["type"]), one["nullable"]) for one in inspect(engine).get_columns(table)}
    assert columns["day"] == ("DATE", False)
    assert columns["event_id"] == ("TEXT", False)
    assert columns["portal_id"] == ("TEXT", True)
    assert columns["downloaded_at"] == ("TIMESTAMP", False)
    assert inspect(engine).get_columns(table)[-1]["type"].timezone
    assert inspect(engine).get_pk_constraint(table)["constrained_columns"] == ["event_id"]


def test_text_that_csv_and_copy_could_mistake_arrives_as_it_is(url, table, ask, event, midnight):
    odd = ['a"b', "a,b", "line\nbreak", "\\.", "\\N", "NULL", "été 🎉", ""]
    events = [event(n, midnight, portal_id=value) for n, value in enumerate(odd)]

    load_partition(url, table, frame_of(events), DAY)

    assert ask(f"SELECT portal_id FROM {table} ORDER BY event_id") == [(value,) for value in odd]


def test_loaded_twice_it_is_the_same(url, table, ask, spread):
    for _ in range(2):
        loaded = load_partition(url, table, frame_of(spread(50)), DAY)

    assert loaded == (50, 50)
    assert ask(f"SELECT count(*) FROM {table}") == [(50,)]


def test_a_day_is_replaced_and_others_stay(url, table, ask, spread):
    other = [event._replace(event_id=f"other-{n}") for n, event in enumerate(spread(7))]
    load_partition(url, table, frame_of(other), DAY - timedelta(days=1))
    load_partition(url, table, frame_of(spread(50)), DAY)

    loaded = load_partition(url, table, frame_of([]), DAY)

    assert loaded == (0, 50)
    assert ask(f"SELECT day, count(*) FROM {table} GROUP BY 1") == [(DAY - timedelta(days=1), 7)]


def test_an_event_of_another_day_is_refused_and_nothing_changes(url, table, ask, spread):
    events = spread(20)
    load_partition(url, table, frame_of(events[:10]), DAY - timedelta(days=1))
    load_partition(url, table, frame_of(events[15:]), DAY)

    with pytest.raises(LoadError, match="duplicate key"):
        load_partition(url, table, frame_of(events[9:]), DAY)

    assert ask(f"SELECT day, count(*) FROM {table} GROUP BY 1 ORDER BY 1") == [(DAY - timedelta(days=1), 10), (DAY, 5)]


def test_what_is_there_is_counted_by_day(url, table, spread):
    assert count_loaded(url, table) == {}

    load_partition(url, table, frame_of(spread(12)), DAY)

    assert count_loaded(url, table) == {DAY: 12}


def test_loads_at_once_take_turns(url, table, ask, spread):
    frame, failed = frame_of(spread(2_000)), []

    def load():
        try:
            load_partition(url, table, frame, DAY)
        except LoadError as error:  # told by the main thread
            failed.append(error)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert ask(f"SELECT count(*) FROM {table}") == [(2_000,)]


def test_a_table_of_something_else_is_left_alone(url, table, ask, engine, spread):
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {table} (day date, event_id integer)"))

    with pytest.raises(LoadError, match="other columns than expected: asset_file_id, asset_id, download_type"):
        load_partition(url, table, frame_of(spread(5)), DAY)
    with pytest.raises(LoadError, match="other columns"):
        count_loaded(url, table)

    assert ask(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_schema_and_an_odd_name_are_quoted(url, table, ask, engine, spread):
    with engine.begin() as connection:
        connection.execute(text(f'CREATE SCHEMA "{table} s"'))

    load_partition(url, f'{table} s.down"loads; --', frame_of(spread(5)), DAY)

    assert ask(f'SELECT count(*) FROM "{table} s"."down""loads; --"') == [(5,)]


def test_more_rows_than_one_group_arrive(url, table, ask, spread):
    load_partition(url, table, frame_of(spread(20_001)), DAY)

    assert ask(f"SELECT count(*), count(DISTINCT event_id) FROM {table}") == [(20_001, 20_001)]


@pytest.mark.parametrize("wrong", ["sqlite:///file", "not a url", "mysql://u:secret@h/d"])
def test_a_url_of_something_else_is_refused_without_its_password(wrong, spread):
    with pytest.raises(SettingsError, match="not one of PostgreSQL") as caught:
        load_partition(wrong, "downloads", frame_of([]), DAY)

    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_named_without_its_password(spread):
    with pytest.raises(LoadError, match=r"PostgreSQL downloads on 127\.0\.0\.1") as caught:
        load_partition("postgres://user:s3cret@127.0.0.1:9/downloads", "t", frame_of([]), DAY)

    assert "s3cret" not in str(caught.value)


def test_a_database_is_called_without_user_and_password():
    assert place_words("postgresql://user:s3cret@db.example/downloads") == "PostgreSQL downloads on db.example"
