"""The demo ends when a person wants it to, and takes everything along."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).parents[2]


class Demo:
    """`python -m deployments.demo` in a group of its own, as at a terminal; `folder` is where it makes its files."""

    def __init__(self, folder):
        self.folder, self._log = folder / "made", folder / "said.txt"
        self.folder.mkdir()
        with self._log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deployments.demo"], cwd=ROOT, env={**os.environ, "TMPDIR": str(self.folder)},
                stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self):
        return self._log.read_text()

    def wait_until_the_flow_uploads(self):
        while self.process.poll() is None and not self._uploads():
            time.sleep(0.05)

    def left(self):
        """Processes that it started, known by what they inherited, and that do not end by themselves."""
        started = [each for each in psutil.process_iter() if _inherited(each).get("TMPDIR") == str(self.folder)]
        return psutil.wait_procs(started, timeout=10)[1]

    def _uploads(self):
        library = re.search(r"library (\S+)", self.said)
        return library and "media_upload_url" in httpx.get(f"{library[1]}/_sandbox/requests", trust_env=False).json()


def _inherited(process):
    try:
        return process.environ()
    except psutil.Error:
        return {}


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path)
    yield demo
    for each in (demo.process, *demo.left()):
        each.kill()
    demo.process.wait()


def test_ctrl_c_in_the_middle_of_a_run_ends_everything_without_a_traceback(demo):
    demo.wait_until_the_flow_uploads()

    os.killpg(demo.process.pid, signal.SIGINT)
    os.killpg(demo.process.pid, signal.SIGINT)
    status = demo.process.wait()

    assert (status, demo.left()) == (130, []), demo.said
    assert demo.said.endswith("Stopped. Nothing was left running, and nothing on the disk.\n")
    assert "Traceback" not in demo.said
    assert list(demo.folder.iterdir()) == []
