"""`make up` and `make down`: sandbox, Prefect server with every deployment, and a worker, left running in the background."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from rich.console import Console

from dashmedia.interrupts import interruptible
from deployments.background import Background
from deployments.prefect_server import start_prefect_server
from deployments.processes import DidNotStartError, end_on_farewells, start, stop
from deployments.work_pools import POOL
from sandbox.media import make_media

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[1]

#: How long sandbox and worker may take until they are ready, in seconds.
BUDGET_S = 600.0

say = Console(highlight=False, soft_wrap=True).print


def main() -> int:
    """Start, or with `--stop` end, the three processes."""
    parser = argparse.ArgumentParser(prog="python -m deployments.up", description=__doc__)
    parser.add_argument("--stop", action="store_true", help="end what an earlier start left running")
    parser.add_argument("--folder", type=Path, default=ROOT / ".run" / "up", help="where everything is kept")
    options = parser.parse_args()
    home = options.folder.resolve()
    background = Background(home / "state.json")
    if options.stop:
        return down(background)
    if running := background.running():
        say(f"Running already: {', '.join(running)}. Use `make down` first.")
        return 1
    return up(home, background)


def up(home: Path, background: Background) -> int:
    """Start all of it and say where to look; what was started ends again when something does not start."""
    end_on_farewells()
    home.mkdir(parents=True, exist_ok=True)
    try:
        env = start_all(home, background)
    except (DidNotStartError, KeyboardInterrupt) as error:
        down(background)
        say(str(error) or "\nStopped. Nothing was left running.")
        return 1 if str(error) else 130
    (home / "env").write_text("".join(f"export {name}={value}\n" for name, value in sorted(env.items())))
    say(f"Prefect UI      {env['PREFECT_API_URL'].removesuffix('/api')}   (Deployments, then Run)")
    say(f"Library         {env['DASH_SOCIAL_API_URL']}")
    say(f"Use them here   source {os.path.relpath(home / 'env')}")
    say("Stop them       make down")
    return 0


def start_all(home: Path, background: Background) -> dict[str, str]:
    """The environment in which the flows find everything.

    Raises:
        DidNotStartError: something did not start; the message quotes what it said.
    """
    sandbox = start_sandbox(home)
    background.keep("sandbox", sandbox)
    media = make_media(home / "ugc", seed=7)
    server = start_prefect_server(home / "prefect")
    background.keep("Prefect server", server.process)
    env = wait_for_sandbox(home, sandbox) | server.env | {
        "DASH_LEDGER_URL": f"sqlite:///{home}/ledger.sqlite", "DASHMEDIA_SOURCE": str(media.manifest),
        "DASHMEDIA_EXPORTS": str(home / "exports"),
    }  # fmt: skip
    deploy(env, home / "deploy.log")
    name = f"local-{os.getpid()}"
    words = ["worker", "start", "--pool", POOL, "--type", "process", "--name", name]
    worker = start([sys.executable, "-m", "prefect", *words], env=env, log=home / "worker.log", cwd=ROOT)
    background.keep("worker", worker)
    wait_for_worker(env, name, worker, home / "worker.log")
    return env


def start_sandbox(home: Path) -> subprocess.Popen[bytes]:
    """Start the stand-in services; they get ready while the Prefect server does."""
    log = home / "sandbox.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox", "--data", str(home / "sandbox"), "--requests-per-minute", "60000"]
    return start(command, env={}, log=log, cwd=ROOT)


def wait_for_sandbox(home: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    """The environment that it prints when it is ready.

    Raises:
        DidNotStartError: it ended, or `BUDGET_S` passed.
    """
    give_up_at = time.monotonic() + BUDGET_S
    while "# ready" not in (said := (home / "sandbox.log").read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise DidNotStartError(f"The sandbox did not start. It said:\n{said[-2000:]}")
        time.sleep(0.1)
    lines = [line.removeprefix("export ") for line in said.splitlines() if line.startswith("export DASH_")]
    return dict(line.split("=", 1) for line in lines)


def deploy(env: dict[str, str], log: Path) -> None:
    """Set the server up; its many lines are only shown when it fails.

    Raises:
        DidNotStartError: it failed.
    """
    log.unlink(missing_ok=True)
    process = start([sys.executable, "-m", "deployments.deploy"], env=env, log=log, cwd=ROOT)
    try:
        failed = process.wait()
    finally:
        stop(process)
    if failed:
        raise DidNotStartError(
            f"The flows were not deployed. The end of {log}:\n{log.read_text(errors='replace')[-2000:]}"
        )


def wait_for_worker(env: dict[str, str], name: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server has heard of it.

    Raises:
        DidNotStartError: it ended, or `BUDGET_S` passed.
    """
    give_up_at = time.monotonic() + BUDGET_S
    with httpx.Client(base_url=env["PREFECT_API_URL"], timeout=10) as client:
        while process.poll() is None and time.monotonic() < give_up_at:
            if _is_known(client, name):
                return
            time.sleep(0.2)
    raise DidNotStartError(f"The worker did not start. The end of {log}:\n{log.read_text(errors='replace')[-2000:]}")


def _is_known(client: httpx.Client, name: str) -> bool:
    try:
        return name in client.post(f"/work_pools/{POOL}/workers/filter", json={}).text
    except httpx.TransportError:  # a busy machine: the next look may do better
        return False


def down(background: Background) -> int:
    """End what is still running, in the reverse order."""
    for name in background.stop():
        say(f"Stopped: {name}")
    return 0


if __name__ == "__main__":
    with interruptible():
        sys.exit(main())
