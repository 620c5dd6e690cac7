"""`make up` and `make down`: sandbox, Prefect server and served flows, left running in the background."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console

from deployments.prefect_server import start_prefect_server
from deployments.processes import GRACE_S, DidNotStartError, end_on_farewells, start
from sandbox.media import make_media

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[1]
HOME = ROOT / ".run" / "up"
STATE = HOME / "state.json"

#: How long the sandbox may take until it says that it is ready, in seconds.
SANDBOX_BUDGET_S = 120.0

say = Console(highlight=False, soft_wrap=True).print


def main() -> int:
    """Start, or with `--stop` end, the three processes."""
    parser = argparse.ArgumentParser(prog="python -m deployments.up", description=__doc__)
    parser.add_argument("--stop", action="store_true", help="end what an earlier start left running")
    if parser.parse_args().stop:
        return down()
    if running := [name for name, pid in remembered().items() if psutil.pid_exists(pid)]:
        say(f"Running already: {', '.join(running)}. Use `make down` first.")
        return 1
    return up()


def up() -> int:
    """Start all three, one after the other, and say where to look; what was started ends when one of them does not start."""
    end_on_farewells()
    HOME.mkdir(parents=True, exist_ok=True)
    started: list[tuple[str, subprocess.Popen[bytes]]] = []
    try:
        media = make_media(HOME / "ugc", seed=7)
        env = start_sandbox(started)
        server = start_prefect_server(HOME / "prefect")
        started.append(("Prefect server", server.process))
        env |= server.env | {
            "DASH_LEDGER_URL": f"sqlite:///{HOME}/ledger.sqlite",
            "DASHMEDIA_DEMO_SOURCE": str(media.manifest),
            "DASHMEDIA_DEMO_EXPORTS": str(HOME / "exports"),
        }
        command = [sys.executable, "-m", "deployments.serve"]
        started.append(("flows", start(command, env=env, log=HOME / "serve.log", cwd=ROOT)))
    except (DidNotStartError, KeyboardInterrupt) as error:
        remember(started)
        down()
        say(str(error) or "\nStopped. Nothing was left running.")
        return 1 if str(error) else 130
    remember(started)
    (HOME / "env").write_text("".join(f"export {name}={value}\n" for name, value in sorted(env.items())))
    say(f"Prefect UI      {server.ui_url}   (Deployments, then Run)")
    say(f"Library         {env['DASH_SOCIAL_API_URL']}")
    say(f"Use them here   source {HOME.relative_to(ROOT)}/env")
    say("Stop them       make down")
    return 0


def start_sandbox(started: list[tuple[str, subprocess.Popen[bytes]]]) -> dict[str, str]:
    """Start the sandbox in the background; returns the environment it prints when it is ready."""
    log = HOME / "sandbox.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox", "--data", str(HOME / "sandbox"), "--requests-per-minute", "60000"]
    process = start(command, env={}, log=log, cwd=ROOT)
    started.append(("sandbox", process))
    give_up_at = time.monotonic() + SANDBOX_BUDGET_S
    while "# ready" not in (said := log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise DidNotStartError(f"The sandbox did not start. It said:\n{said[-2000:]}")
        time.sleep(0.1)
    lines = [line.removeprefix("export ") for line in said.splitlines() if line.startswith("export DASH_")]
    return dict(line.split("=", 1) for line in lines)


def remember(started: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    """Write down what was started, so that `make down` finds it."""
    STATE.write_text(json.dumps({name: process.pid for name, process in started}))


def remembered() -> dict[str, int]:
    """The process ids, by name, that an earlier start wrote down."""
    found: dict[str, int] = json.loads(STATE.read_text()) if STATE.exists() else {}
    return found


def down() -> int:
    """End what is still running, in the reverse order."""
    for name, pid in reversed(remembered().items()):
        try:
            os.killpg(pid, signal.SIGINT)
            psutil.Process(pid).wait(GRACE_S)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
        except psutil.TimeoutExpired:
            os.killpg(pid, signal.SIGKILL)
        say(f"Stopped: {name}")
    STATE.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
