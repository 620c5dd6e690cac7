"""One engine, two ways in: `read` and `write`. Every error of the database comes out as a `LedgerError`.

SQLite is used in WAL with `synchronous=FULL`: with `NORMAL` a power cut may lose the last commits, and a lost
`submitted` is a create that would be sent again without asking. FULL costs one fsync a transaction, not a row.
WAL needs a local disk; a ledger for several machines is PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path
from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from dashmedia.errors import LedgerError, clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

#: How long a write waits for another process's write, in seconds; ours take milliseconds.
BUSY_S = 30

#: How long PostgreSQL may take to answer a new connection, in seconds.
CONNECT_S = 10

#: Connections at most: threads beyond these wait for one.
CONNECTIONS = 32

_READING = "ledger_reading"


def locate(where: str | Path | None) -> URL:
    """The database that `where` names.

    Args:
        where: `postgresql://…`, `sqlite:///…`, a file path, or None for a file in the user's data folder.

    Raises:
        LedgerError: it is none of these.
    """
    if where is None:
        where = user_data_path("dashmedia", appauthor=False) / "ledger.sqlite3"
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(Path(where).expanduser().absolute()))
    try:
        url = make_url(where.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        # Not chained: SQLAlchemy's message may quote the URL, and the URL may hold a password.
        raise LedgerError(
            "The ledger's URL cannot be read. Expected postgresql://user:password@host/database with special "
            "characters percent-encoded, sqlite:///path, or a file path."
        ) from None
    return _checked(url)


def _checked(url: URL) -> URL:
    name = url.get_backend_name()
    if name == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if name == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url
    raise LedgerError(
        f"A ledger cannot be kept in {name} {url.database or 'memory'}. "
        "Expected PostgreSQL, an SQLite file, or a file path."
    )


def place_of(url: URL) -> str:
    """How messages name the ledger: file, or database and host; never user or password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"PostgreSQL {url.database or 'database'} on {url.host or url.query.get('host') or 'this machine'}"


def require_existing(url: URL) -> None:
    """Raises `LedgerError` when it names a file that is not there: SQLite would make one by opening it."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise LedgerError(f"There is no ledger at {place_of(url)} yet. The first run makes it; or name another one.")


class Database:
    """Shared by all threads of a process; not to be carried over a fork.

    Args:
        url: from `locate`.
        synchronous: SQLite's setting; another than FULL is for measuring only.
    """

    def __init__(self, url: URL, *, synchronous: str = "FULL") -> None:
        self.place = place_of(url)
        self._password = str(url.password or "")
        self._engine = _sqlite(url, synchronous) if url.get_backend_name() == "sqlite" else _postgresql(url)
        self._readers = self._engine.execution_options(**{_READING: True})
        # SQLite lets one writer in and makes the others sleep and poll; threads of one process queue better here.
        self._turn = Lock() if self._engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back as a whole."""
        with self._translated(), self._turn, self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view that keeps no writer waiting."""
        with self._translated(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One and the same state of everything, however long the reading takes; keeps no writer waiting."""
        # SQLite's WAL gives that to every reader; meanwhile the file of its log only grows.
        isolation = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with self._translated(), self._readers.execution_options(**isolation).begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError, sqlite3.Error) as error:
            words = clip(str(error.orig if isinstance(error, DBAPIError) else error))
            if self._password:
                words = words.replace(self._password, "***")
            raise LedgerError(f"The ledger at {self.place} cannot be used: {words}. {_advice(error, words)}") from error


def _advice(error: Exception, words: str) -> str:
    if isinstance(error, PoolTimeoutError):
        return f"All {CONNECTIONS} connections were in use; use fewer workers."
    if "locked" in words:
        return f"Another program kept it locked for {BUSY_S} s; end that program and run again."
    if "full" in words:
        return "Nothing of this step was kept; make room on the disk and run again."
    return "Nothing of this step was kept; check that it is reachable, writable and the right one, then run again."


def _sqlite(url: URL, synchronous: str) -> Engine:
    _make_folder(Path(str(url.database)))
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": BUSY_S},
        hide_parameters=True,
        # The one used last: one or two do nearly all the work, and each keeps two megabytes of pages.
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        _use_wal(connection)
        connection.execute(f"PRAGMA synchronous={synchronous}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could meet another's write in between and would fail.
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"The ledger's folder {path.parent} cannot be made: {error.strerror}. "
            "Expected a folder that this user may write; name another place."
        ) from error


def _is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _use_wal(connection: Any) -> None:
    """Turn WAL on once. SQLite does not wait its turn for this one statement, so that two first users may collide."""
    patient = Retrying(
        retry=retry_if_exception(_is_busy),
        stop=stop_after_delay(BUSY_S),
        wait=wait_random(0.001, 0.02),
        reraise=True,
    )
    for attempt in patient:
        with attempt:
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise LedgerError(f"The ledger's file system gives SQLite only {mode} mode, expected wal. Use a local disk.")


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=8,
        max_overflow=CONNECTIONS - 8,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_S, "application_name": "dashmedia ledger"},
        hide_parameters=True,
    )
