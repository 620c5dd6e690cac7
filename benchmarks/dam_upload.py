"""Our uploads to the DAM in a process of their own, as `benchmarks.one_multipart` does them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.scene import REQUESTS_PER_MINUTE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.loads import Load
    from benchmarks.scene import Scene

#: What must not be what is measured: the wait for a job, and a second reading of the bytes.
SANDBOX = {"completion_checks": "sizes", "job_polls": 0}


class Sent(NamedTuple):
    """What one process did: seconds of the upload, peak MiB, files that are ready, MiB that it sent, seconds with the check before."""

    seconds: float
    peak_mib: float
    ready: float
    sent_mib: float
    whole_s: float


def empty(here: Scene, **change: str) -> None:
    """Nothing stored, nothing counted."""
    here.sandbox.tell("reset")
    here.sandbox.tell("variant", SANDBOX | change)


def start(here: Scene, folder: Path, ledger: str, load: Load, kill_at: int = 0) -> subprocess.Popen[str]:
    """Begin; it kills itself by SIGKILL once `kill_at` parts were sent, 0 is never."""
    words = [str(folder), ledger, str(load.at_once), str(load.part_bytes), str(kill_at)]
    command = [sys.executable, "-m", "benchmarks.one_multipart", *words]
    env = {**os.environ, **here.env, "DASH_REQUESTS_PER_MINUTE": str(REQUESTS_PER_MINUTE)}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def upload(here: Scene, folder: Path, ledger: str, load: Load) -> Sent:
    """All of it, from the batch job to the last file proved.

    Raises:
        AssertionError: not every file is ready.
    """
    said, _ = start(here, folder, ledger, load).communicate()
    sent = Sent(*map(float, said.split()[-5:]))
    if sent.ready != load.files:
        raise AssertionError(f"{sent.ready:.0f} of {load.files} files are ready")
    return sent
