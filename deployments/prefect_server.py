"""A Prefect server of one's own, on a free port, with everything it keeps in one folder."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployments.processes import free_port, start, stop, wait_until_answers

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class PrefectServer:
    """A running server. `env` makes flows use it; `ui_url` is for a person's browser."""

    process: subprocess.Popen[bytes]
    env: dict[str, str]
    ui_url: str

    def stop(self) -> None:
        """End it."""
        stop(self.process)


def start_prefect_server(home: Path, port: int | None = None) -> PrefectServer:
    """Start a server whose database and settings live under `home`, and wait until it answers.

    Raises:
        DidNotStartError: it did not; the message quotes its log.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    env = _environment(home, url)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    log = home / "server.log"
    process = start(command, env=env, log=log, cwd=home)
    try:
        wait_until_answers(f"{url}/api/health", process, log)
    except BaseException:
        stop(process)
        raise
    return PrefectServer(process, env, url)


@contextmanager
def prefect_server(home: Path) -> Iterator[PrefectServer]:
    """A server for the length of a block."""
    server = start_prefect_server(home)
    try:
        yield server
    finally:
        server.stop()


def _environment(home: Path, url: str) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{url}/api",
        # Without it the UI of a server on another port than 4200 asks 127.0.0.1:4200 all the same.
        "PREFECT_SERVER_UI_API_URL": f"{url}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_CLI_PROMPT": "false",
        # By default each event of a task run is a transaction of its own: a third of what a task run costs the server.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    }
