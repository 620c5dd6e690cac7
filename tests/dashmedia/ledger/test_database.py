from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from dashmedia.errors import LedgerError
from dashmedia.ledger import Ledger
from dashmedia.ledger.database import Database, _advice, _use_wal, locate, place_of


def test_a_path_a_url_and_nothing_all_name_a_database(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert locate(tmp_path / "a.db").database == str(tmp_path / "a.db")
    assert locate("a.db").database == str(Path("a.db").absolute())
    assert locate(f"sqlite:///{tmp_path}/a.db").database == f"{tmp_path}/a.db"
    assert locate("postgres://u@h/d").drivername == "postgresql+psycopg"
    assert locate("postgresql+asyncpg://u@h/d").drivername == "postgresql+psycopg"
    assert locate(None).database.endswith("ledger.sqlite3")


@pytest.mark.parametrize(
    "url", ["mysql://user:s3cret@host/d", "sqlite://", "postgresql://user:s3cret@host:port/d", "://"]
)
def test_what_is_no_ledger_is_refused_without_showing_a_password(url):
    with pytest.raises(LedgerError) as caught:
        Ledger.open(url)

    shown = "".join(traceback.format_exception(caught.value))
    assert "xpected" in str(caught.value)
    assert "s3cret" not in shown.replace(url, "")


def test_messages_name_the_place_without_user_and_password():
    assert place_of(make_url("postgresql://user:s3cret@db.example/media")) == "PostgreSQL media on db.example"
    assert place_of(make_url("postgresql://u:p@/?host=/run/pg")) == "PostgreSQL database on /run/pg"
    assert place_of(make_url("postgresql:///d")) == "PostgreSQL d on this machine"


def test_a_server_that_does_not_answer_is_named_without_the_password():
    with pytest.raises(LedgerError, match=r"PostgreSQL media on 127\.0\.0\.1 cannot be used") as caught:
        Ledger.open("postgresql://user:s3cret@127.0.0.1:1/media")

    assert "s3cret" not in "".join(traceback.format_exception(caught.value)).replace(
        "user:s3cret@127.0.0.1:1/media", ""
    )


def test_a_driver_that_quotes_the_password_is_not_quoted():
    database = Database(locate("postgresql://user:s3cret@127.0.0.1:1/media"))

    with (
        pytest.raises(LedgerError, match=r"cannot be used: connection user \*\*\* refused") as caught,
        database._translated(),
    ):
        raise sqlite3.OperationalError("connection user s3cret refused")

    assert "s3cret" not in str(caught.value)


def test_a_wrong_password_is_said_and_not_shown(postgres, schemas):
    rules = Path(postgres.pgdata) / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    url = make_url(schemas())
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("CREATE ROLE guarded LOGIN PASSWORD 'right'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    database.close()
    wrong = url.set(username="guarded", password="wr0ng").render_as_string(hide_password=False)

    with pytest.raises(LedgerError, match="password authentication failed") as caught:
        Ledger.open(wrong)

    assert "wr0ng" not in "".join(traceback.format_exception(caught.value))


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(LedgerError, match=r"folder .*file cannot be made"):
        Ledger.open(tmp_path / "file" / "ledger.sqlite3")


def test_a_path_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(LedgerError, match=r"unable to open database file.*reachable, writable"):
        Ledger.open(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "ledger.sqlite3").write_text("not a database, but long enough to be read as one\n" * 100)

    with pytest.raises(LedgerError, match="not a database"):
        Ledger.open(tmp_path / "ledger.sqlite3")


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE flow_run (id INTEGER)")
    connection.close()

    with pytest.raises(LedgerError, match="another program's database: it has the tables flow_run"):
        Ledger.open(path)


def test_sqlite_is_used_in_wal_and_flushes_every_commit(tmp_path):
    database = Database(locate(tmp_path / "deep" / "ledger.sqlite3"))

    with database.read() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    database.close()

    assert modes == ["wal", 2]


def test_a_place_where_sqlite_has_no_wal_is_refused():
    connection = sqlite3.connect(":memory:")

    with pytest.raises(LedgerError, match="only memory mode, expected wal"):
        _use_wal(connection)

    connection.close()


def test_a_reader_keeps_no_writer_waiting(ledger, begin, new_item):
    with ledger._database.read() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM ledger_items").scalar()
        ledger.claim([new_item(1)], begin())

    assert before == 0
    assert len(list(ledger.unready())) == 1


def test_more_threads_than_connections_are_told_so():
    said = _advice(PoolTimeoutError("QueuePool limit"), "QueuePool limit")

    assert said == "All 32 connections were in use; use fewer workers."


@pytest.mark.parametrize(
    ("words", "advice"), [("database is locked", "end that program"), ("disk is full", "make room"), ("x", "reachable")]
)
def test_the_advice_fits_what_happened(words, advice):
    assert advice in _advice(sqlite3.OperationalError(words), words)
