"""The tools that people would pick instead, as commands that send a folder to the sandbox's S3 server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scene import ROOT
from dashmedia.limits import MIB
from sandbox.rclone import find_rclone

if TYPE_CHECKING:
    from benchmarks.loads import Load
    from benchmarks.scene import Scene

#: What boto3 cuts a file into by itself.
BOTO3_PART_BYTES = 8 * MIB


#: The smallest part that s5cmd takes, in MiB.
S5CMD_PART_MIB = 5


@dataclass(frozen=True)
class Peer:
    """One command; `env` goes beside the environment and holds its keys."""

    command: list[str]
    env: dict[str, str] = field(repr=False)

    def start(self) -> subprocess.Popen[str]:
        """Start it; what it says is read from its standard output."""
        env = {**os.environ, **self.env}
        return subprocess.Popen(
            self.command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self) -> float:
        """Wall seconds of the whole command, as a person would wait for it; see `listen`."""
        return self.listen()[0]

    def listen(self) -> tuple[float, str]:
        """The same, and what it said.

        Raises:
            AssertionError: it did not end well; the text is what it said.
        """
        began = time.perf_counter()
        with self.start() as process:
            said, _ = process.communicate()
        if process.returncode:
            raise AssertionError(f"{self.command[0]} ended with {process.returncode}: {said[-400:]}")
        return time.perf_counter() - began, said

    def die_after(self, seconds: float) -> None:
        """Start it, and end it by SIGKILL after so many seconds; it may have ended before."""
        with self.start() as process:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=seconds)
            process.kill()

    def run_after_imports(self) -> float:
        """Seconds by its own clock, which `boto3_upload` prints as its last word."""
        done = subprocess.run(
            self.command, cwd=ROOT, env={**os.environ, **self.env}, stdout=subprocess.PIPE, text=True, check=True
        )
        return float(done.stdout.split()[-1])


def rclone(here: Scene, folder: Path, prefix: str, *words: str) -> Peer:
    """`rclone copy` of a folder, manifests left out."""
    target = f":s3:{here.env['SANDBOX_S3_BUCKET']}/{prefix}"
    return Peer([find_rclone(), "copy", *words, "--exclude", "*.csv", str(folder), target], here.rclone_env)


def rclone_parts(here: Scene, folder: Path, prefix: str, load: Load, *more: str) -> Peer:
    """The same with as many parts in flight as ours: one of each file."""
    words = ["--transfers", str(load.at_once), "--s3-upload-concurrency", "1", "--s3-chunk-size", f"{load.part_bytes}B"]
    return rclone(here, folder, prefix, *words, "--s3-upload-cutoff", f"{load.cutoff}B", *more)


def s5cmd(here: Scene, folder: Path, prefix: str) -> Peer:
    """`s5cmd cp` of a folder with its own defaults, manifests left out."""
    return _s5cmd(here, folder, prefix, ["--log", "error"], ["cp", "--exclude", "*.csv"])


def s5cmd_sync(here: Scene, folder: Path, prefix: str, load: Load) -> Peer:
    """`s5cmd sync`, which leaves out what is there; with as many parts in flight as ours. Says in JSON what it copied."""
    words = ["sync", "--concurrency", "1", "--part-size", str(max(S5CMD_PART_MIB, load.part_bytes // MIB))]
    return _s5cmd(here, folder, prefix, ["--json", "--numworkers", str(load.at_once)], words)


def _s5cmd(here: Scene, folder: Path, prefix: str, before: list[str], words: list[str]) -> Peer:
    target = f"s3://{here.env['SANDBOX_S3_BUCKET']}/{prefix}/"
    first = [beside_python("s5cmd"), "--endpoint-url", here.env["SANDBOX_S3_URL"], *before]
    return Peer([*first, *words, f"{folder}/", target], _keys(here))


def boto3(here: Scene, folder: Path, prefix: str, at_once: int, part_bytes: int = BOTO3_PART_BYTES) -> Peer:
    """`upload_file` from so many threads; files that are larger than a part go by its multipart upload."""
    words = [str(folder), here.env["SANDBOX_S3_URL"], here.env["SANDBOX_S3_BUCKET"], prefix]
    command = [sys.executable, "-m", "benchmarks.boto3_upload", *words, str(at_once), str(part_bytes)]
    return Peer(command, _keys(here))


def beside_python(name: str) -> str:
    """A command of this environment."""
    return str(Path(sys.executable).with_name(name))


def _keys(here: Scene) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": here.env["SANDBOX_S3_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": here.env["SANDBOX_S3_SECRET_ACCESS_KEY"],
    }
