"""Child processes of ours: started in a group of their own, stopped with everything they started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: How long a process gets to end by itself before it is killed, in seconds.
GRACE_S = 10.0

#: How a person ends a program: Ctrl-C, `kill`, closing the terminal.
FAREWELLS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DidNotStartError(Exception):
    """A process ended, or did not answer, before it was ready; the message quotes the end of its log."""


def end_on_farewells() -> None:
    """From now on each of `FAREWELLS` raises `KeyboardInterrupt`, and only the first: none cuts the cleaning up short.

    What was ignored from the start, as `nohup` does it, stays ignored.
    """
    for sign in FAREWELLS:
        if signal.getsignal(sign) is not signal.SIG_IGN:
            signal.signal(sign, _interrupt)


def _interrupt(*_: object) -> None:
    for sign in FAREWELLS:
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, with its output in `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env={**os.environ, **env}, cwd=cwd, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip


def run(command: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
    """Run `command` to its end with its output on this terminal; its status.

    It is in a process group of its own, so that Ctrl-C reaches us alone, and dies with us by SIGKILL, without a word.
    """
    process = subprocess.Popen(
        command, env={**os.environ, **env}, cwd=cwd, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait()
    finally:
        _kill_rest(process.pid)
        process.wait()


def wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path, budget_s: float = 600) -> None:
    """Return once `url` answers with 200.

    Raises:
        DidNotStartError: the process ended first, or `budget_s` passed.
    """
    give_up_at = time.monotonic() + budget_s
    # One client for all tries: each one reads every root certificate, which takes 0.1 s from the process we wait for.
    with httpx.Client(timeout=2) as client:
        while time.monotonic() < give_up_at and process.poll() is None:
            if _answers(client, url):
                return
            time.sleep(0.2)
    raise DidNotStartError(f"{url} did not answer. The end of {log}:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and its group, gently first."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            break
        try:
            os.killpg(process.pid, sign)
            process.wait(GRACE_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    _kill_rest(process.pid)


def _kill_rest(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
