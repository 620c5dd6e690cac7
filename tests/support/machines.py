"""Several machines as far as one can play them: a Prefect server and a ledger on PostgreSQL, and workers that may be killed."""

import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from sqlalchemy import create_engine, text
from support.databases import postgres

from deployments.changes import Site
from deployments.prefect_server import prefect_server
from deployments.processes import start
from deployments.setup import before_deploying

ROOT = Path(__file__).parents[2]

#: Longest wait for anything that takes seconds on a quiet machine, in seconds.
PATIENCE_S = 600


@contextmanager
def cluster(folder, sandbox, per_minute, monkeypatch):
    """The environment in which runs on any machine find the server, the ledger and the sandbox; set up as `make deploy` does it."""
    with postgres() as url:
        for name in ("prefect", "ledger"):
            run_sql(url, f"CREATE DATABASE {name}")
        # Nobody pulls the plug in a test.
        run_sql(url, "ALTER SYSTEM SET fsync = off")
        run_sql(url, "SELECT pg_reload_conf()")
        prefect_url = url.set(drivername="postgresql+asyncpg", database="prefect").render_as_string(hide_password=False)
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", prefect_url)
        with prefect_server(folder / "prefect") as server:
            env = {
                **server.env,
                **sandbox.env,
                "DASH_SOCIAL_PAGE_PAUSE_S": "0",
                "DASH_SOCIAL_REQUESTS_PER_MINUTE": str(per_minute),
                "DASH_LEDGER_URL": url.set(drivername="postgresql", database="ledger").render_as_string(
                    hide_password=False
                ),
                "PREFECT_WORKER_QUERY_SECONDS": "2",
            }
            set_up(env)
            yield env


def run_sql(url, words):
    """One statement, outside a transaction."""
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(words))
    engine.dispose()


def set_up(env):
    """Work pool, blocks and limits as `make deploy` makes them, and the one deployment that is needed, without its two processes."""
    settings = {PREFECT_API_URL: env["PREFECT_API_URL"], PREFECT_HOME: env["PREFECT_HOME"]}
    with temporary_settings(settings), get_client(sync_client=True) as client:
        list(before_deploying(Site(client, env)))
        client.create_deployment(
            client.create_flow_from_name("ingest-ugc"), "ingest-ugc-shard", entrypoint="flows.ingest_ugc.ingest_ugc",
            work_pool_name="media", work_queue_name="backfill",
            pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}],
        )  # fmt: skip


@contextmanager
def worker(folder, env, name, limit):
    """A worker process with room for so many runs, in a process group of its own with all that it starts; killed at the end."""
    words = ["worker", "start", "--pool", "media", "--name", name, "--limit", str(limit)]
    process = start([sys.executable, "-m", "prefect", *words], env=env, log=folder / f"{name}.log", cwd=folder)
    try:
        yield process
    finally:
        kill_all(process)


def is_up(folder, name):
    """Whether the worker asks for work."""
    return f"Worker '{name}' started" in (folder / f"{name}.log").read_text(errors="replace")


def is_at_work(worker):
    """Whether it has a run in hand."""
    return bool(psutil.Process(worker.pid).children())


def kill_all(process):
    """SIGKILL for a worker and every process below it, as when its machine loses power."""
    try:
        parent = psutil.Process(process.pid)
        doomed = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in doomed:
        each.kill()
    psutil.wait_procs(doomed)
    process.wait()


def wait_until(is_so, what):
    """Return once `is_so()`; asks five times a second."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up_at, f"after {PATIENCE_S} s still not: {what}"
        time.sleep(0.2)
