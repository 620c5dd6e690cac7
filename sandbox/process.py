"""A sandbox as a child process, for tests, the demo and benchmarks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
READY = "# ready"
#: How long an orderly stop may take before it is forced, in seconds.
STOP_BUDGET_S = 15


class NotStartedError(Exception):
    """The sandbox ended before it was ready; the text is what it said."""


@dataclass
class Running:
    """A sandbox that answers.

    Attributes:
        env: the environment variables to use it.
        process: `python -m sandbox`.
    """

    env: dict[str, str]
    process: subprocess.Popen[str]

    @property
    def api_url(self) -> str:
        """Base URL of the API and of `/_sandbox`."""
        return self.env["DASH_SOCIAL_API_URL"]

    @property
    def s3_url(self) -> str:
        """Endpoint of the S3 server."""
        return self.env["SANDBOX_S3_URL"]

    def ask(self, path: str) -> Any:
        """What `GET /_sandbox/<path>` says: `state`, `requests`, `media`, `originals`, `uploads`, `events`, `faults` or `variant`."""
        return self._control("GET", path).json()

    def tell(self, path: str, body: Any = None) -> Any:
        """`POST /_sandbox/<path>`: `faults` and `events` take a list, `variant` and `seed_events` an object, `reset` nothing."""
        answer = self._control("POST", path, body)
        return answer.json() if answer.content else None

    def forget(self, path: str) -> None:
        """`DELETE /_sandbox/<path>`: `faults`, `variant`, `events` or `requests`."""
        self._control("DELETE", path)

    @cached_property
    def _http(self) -> httpx.Client:
        """One client for all of them: making one reads every root certificate, which takes 0.1 s."""
        # Two minutes: seeding 50,000 assets takes seconds, but many of them on a machine that does much else.
        return httpx.Client(base_url=f"{self.api_url}/_sandbox", timeout=120, trust_env=False)

    def _control(self, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = self._http.request(method, f"/{path}", json=body)
        if answer.is_error:
            raise ValueError(f"The sandbox refused {method} {path}: {answer.text}")
        return answer

    def stop(self) -> int:
        """End it in order, as Ctrl-C does; its exit status."""
        self._http.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.communicate(timeout=STOP_BUDGET_S)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL), and wait until it is gone."""
        self._http.close()
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(data_dir: Path | str, **options: str | float) -> Running:
    """Start `python -m sandbox` over a folder and wait until it is ready.

    It ends with us, whatever happens: its standard input is a pipe that only we hold.

    Args:
        data_dir: made if it is missing; the same folder again continues where it was left.
        options: those of the command line, with underscores: `latency_ms=80`.

    Raises:
        NotStartedError: it ended instead.
    """
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "sandbox", f"--data={Path(data_dir).absolute()}", "--stop-on-eof", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    env = dict(_exports(process))
    if process.poll() is not None or not env:
        status = process.wait()
        process.communicate()
        raise NotStartedError(
            f"`python -m sandbox` ended with status {status} before it was ready; see its message above."
        )
    return Running(env, process)


def _exports(process: subprocess.Popen[str]) -> Iterator[tuple[str, str]]:
    for line in process.stdout or ():
        if line.rstrip() == READY:
            return
        name, _, value = line.rstrip().removeprefix("export ").partition("=")
        yield name, value
