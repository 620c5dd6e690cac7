"""What every benchmark runs on: one sandbox, one S3 server, one Prefect server, all on this machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from deployments.prefect_server import prefect_server
from sandbox.process import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.process import Running

ROOT = Path(__file__).parents[1]

#: Enough that the vendor's limit is never what is measured.
REQUESTS_PER_MINUTE = 100_000


@dataclass(frozen=True)
class Scene:
    """Where one benchmark runs. `env` makes a flow use it."""

    home: Path
    sandbox: Running
    env: dict[str, str]

    def ledger(self, name: str) -> str:
        """A ledger that nobody used before."""
        path = self.home / f"{name}.sqlite"
        path.unlink(missing_ok=True)
        return f"sqlite:///{path}"

    @property
    def rclone_env(self) -> dict[str, str]:
        """Makes rclone use the same S3 server, as `:s3:<bucket>/…`."""
        return {
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_S3_PROVIDER": "Rclone",
            "RCLONE_S3_ENDPOINT": self.env["SANDBOX_S3_URL"],
            "RCLONE_S3_ACCESS_KEY_ID": self.env["SANDBOX_S3_ACCESS_KEY_ID"],
            "RCLONE_S3_SECRET_ACCESS_KEY": self.env["SANDBOX_S3_SECRET_ACCESS_KEY"],
        }


@contextmanager
def scene(
    *, prefect: bool = True, latency_ms: float = 0, requests_per_minute: int = REQUESTS_PER_MINUTE
) -> Iterator[Scene]:
    """Servers for the length of a block, in a folder that is removed after it."""
    with TemporaryDirectory(prefix="dashmedia-bench-") as folder:
        home = Path(folder)
        with start(home / "sandbox", requests_per_minute=requests_per_minute, latency_ms=latency_ms) as sandbox:
            # The courtesy pause between pages is not work; both sides of every comparison go without it.
            env = {**sandbox.env, "DASH_SOCIAL_PAGE_PAUSE_S": "0"}
            if not prefect:
                yield Scene(home, sandbox, env)
                return
            with prefect_server(home / "prefect") as server:
                yield Scene(home, sandbox, env | server.env)


def run_flow(scene: Scene, manifest: Path, ledger: str, brand_id: int = 4242) -> dict[str, float]:
    """One `ingest_ugc` in a process of its own; its seconds from call to return, and its peak memory in MiB."""
    command = [sys.executable, "-m", "benchmarks.one_flow", str(manifest), str(brand_id)]
    env = {**os.environ, **scene.env, "DASH_LEDGER_URL": ledger, "PREFECT_LOGGING_LEVEL": "ERROR"}
    said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    seconds, mebibytes, ready = said.split()[-3:]
    return {"seconds": float(seconds), "peak_mib": float(mebibytes), "ready": float(ready)}


def median_of(rounds: int, *measures: Callable[[int], float]) -> list[float]:
    """Each measure's median over `rounds`, taken in turns so that a slow minute of the machine meets them all.

    What one of them wrote is on the disk before the next one begins.
    """
    seen = []
    for number in range(rounds):
        print(f"  round {number + 1} of {rounds} …", file=sys.stderr, flush=True)
        seen.append([_alone(measure, number) for measure in measures])
        print(f"    {', '.join(f'{value:,.2f}' for value in seen[-1])}", file=sys.stderr, flush=True)
    return [statistics.median(values) for values in zip(*seen, strict=True)]


def _alone(measure: Callable[[int], float], number: int) -> float:
    os.sync()
    return measure(number)


def machine() -> str:
    """What the figures were taken on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
