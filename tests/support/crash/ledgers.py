"""Ledgers on PostgreSQL for a share of the rounds: one server for a process that plays, an empty database for each scenario."""

from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count

from sqlalchemy import create_engine, text
from support.databases import postgres

#: Share of the rounds of workloads that keep a ledger.
SHARE = 0.15


class Ledgers:
    """Opened with `with`; the server is started when the first database is wanted."""

    def __init__(self):
        self._stack, self._numbers = ExitStack(), count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    @contextmanager
    def fresh(self, *, on_postgres):
        """The URL of an empty database for the length of a block, or None for one in a file."""
        if not on_postgres:
            yield None
            return
        name = f"ledger{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self._url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def _url(self):
        return self._stack.enter_context(postgres())

    @cached_property
    def _engine(self):
        engine = create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        self._stack.callback(engine.dispose)
        with engine.connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))  # nobody pulls the plug here
            connection.execute(text("SELECT pg_reload_conf()"))
        return engine

    def _run(self, words):
        with self._engine.connect() as connection:
            connection.execute(text(words))
