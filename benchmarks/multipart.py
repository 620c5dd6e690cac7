"""Uploads in parts beside `rclone copy`: the same files to the same S3 server, with parts of the same size, as many at once.

Ours is everything from the batch job to the last file proved, with an MD5 and a receipt on disk for every part; the original was
checked before, as it always is. Theirs is the whole command. For large files rclone runs twice: on the files, as a person
would type it, and on the same bytes cut into files of one part each, which is the very work that our parts give the server.

The sandbox does not read the stored bytes once more at each completion (`completion_checks: sizes`): on one machine that would
be charged to us.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.result import Result
from benchmarks.scene import ROOT, median_of, scene
from dashmedia.limits import MIB
from sandbox.rclone import find_rclone

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene

ROUNDS = 3

#: Peak memory that the whole process may have, in MiB.
MEMORY_MIB = 300

#: What must not be what is measured: the wait for a job, and a second reading of the bytes.
SANDBOX = {"completion_checks": "sizes", "job_polls": 0}


@dataclass(frozen=True)
class Load:
    """Some files of one size, sent `at_once` at a time in parts of `part_bytes`."""

    files: int
    bytes: int
    part_bytes: int
    at_once: int

    @property
    def parts(self) -> int:
        """Of all files."""
        return self.files * -(-self.bytes // self.part_bytes)

    def __str__(self) -> str:
        return f"{self.files} files of {self.bytes // MIB} MiB, {self.at_once} at once"


LARGE = Load(4, 512 * MIB, 16 * MIB, 4)
SMALL = Load(200, 5 * MIB, 16 * MIB, 8)
KILLED = Load(8, 48 * MIB, 6 * MIB, 8)


def run() -> list[Result]:
    """Medians of `ROUNDS` rounds, in MiB a second; peak memory; and what a kill costs."""
    with scene(prefect=False) as here:
        here.sandbox.tell("variant", SANDBOX)
        return [*_large(here, LARGE), *_small(here, SMALL), _after_kill(here, KILLED)]


def _large(here: Scene, load: Load) -> list[Result]:
    folder = _write(here.home / "large", load)
    peaks: list[float] = []
    ours, whole, parts = median_of(
        ROUNDS,
        lambda number: _ours(here, folder, load, number, peaks),
        lambda number: _rclone(here, folder, load, number),
        lambda number: _rclone_of_parts(here, folder, load, number),
    )
    shutil.rmtree(folder)
    what = f"upload in parts of {load.part_bytes // MIB} MiB, {load}, MiB/s"
    peak = max(peaks)
    return [
        Result(f"{what}: ours against rclone copy", ours, whole, ours / whole, at_least=0.9),
        Result(f"{what}: ours against rclone copy of the parts as files", ours, parts, ours / parts, at_least=0.9),
        Result(f"peak memory in MiB, {load}: ours against the bound", peak, MEMORY_MIB, peak / MEMORY_MIB, at_most=1.0),
    ]


def _small(here: Scene, load: Load) -> list[Result]:
    folder = _write(here.home / "small", load)
    peaks: list[float] = []
    ours, rclone = median_of(
        ROUNDS,
        lambda number: _ours(here, folder, load, number, peaks),
        lambda number: _rclone(here, folder, load, number),
    )
    shutil.rmtree(folder)
    peak = max(peaks)
    return [
        Result(f"upload, {load}, MiB/s: ours against rclone copy", ours, rclone, ours / rclone, at_least=0.9),
        Result(f"peak memory in MiB, {load}: ours against the bound", peak, MEMORY_MIB, peak / MEMORY_MIB, at_most=1.0),
    ]


def _after_kill(here: Scene, load: Load) -> Result:
    """PUTs beyond one for each part, over a run that is killed at half and one that goes on; whole or broken off."""
    _reset(here, part_storage="front")  # the storage front counts every PUT
    folder, ledger = _write(here.home / "killed", load), here.ledger("killed")
    died = _process(here, folder, ledger, load, kill_at=load.parts // 2)
    ready = _process(here, folder, ledger, load)
    if died.returncode != -signal.SIGKILL or int(ready.stdout.split()[-1]) != load.files:
        raise AssertionError(f"killed: {died.returncode}, then {ready.stdout} ready of {load.files}")
    again = here.sandbox.ask("requests")["put_part"] - load.parts
    in_flight = min(load.at_once, load.files)
    what = f"parts sent again after SIGKILL at half, {load}: ours against one for each file in flight"
    return Result(what, again, in_flight, again / in_flight, at_most=1.0)


def _ours(here: Scene, folder: Path, load: Load, number: int, peaks: list[float]) -> float:
    _reset(here)
    said = _process(here, folder, here.ledger(f"{folder.name}-{number}"), load).stdout
    seconds, peak, ready = map(float, said.split()[-3:])
    if ready != load.files:
        raise AssertionError(f"{ready:.0f} of {load.files} files are ready")
    peaks.append(peak)
    _reset(here)
    return load.files * load.bytes / MIB / seconds


def _process(here: Scene, folder: Path, ledger: str, load: Load, kill_at: int = 0) -> subprocess.CompletedProcess[str]:
    words = [str(folder), ledger, str(load.at_once), str(load.part_bytes), str(kill_at)]
    command = [sys.executable, "-m", "benchmarks.one_multipart", *words]
    env = {**os.environ, **here.env, "DASH_REQUESTS_PER_MINUTE": "100000"}
    return subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=kill_at == 0)


def _reset(here: Scene, **change: str) -> None:
    """Nothing stored, nothing counted."""
    here.sandbox.tell("reset")
    here.sandbox.tell("variant", SANDBOX | change)


def _rclone(here: Scene, folder: Path, load: Load, number: int) -> float:
    target = f":s3:{here.env['SANDBOX_S3_BUCKET']}/{folder.name}-{number}"
    # As many parts in flight as ours: one of each file. What fits into one part goes in one PUT, as ours does.
    cutoff = load.part_bytes if load.bytes > load.part_bytes else 2 * load.part_bytes
    words = ["--transfers", str(load.at_once), "--s3-upload-concurrency", "1", "--s3-chunk-size", f"{load.part_bytes}B"]
    command = [str(find_rclone()), "copy", *words, "--s3-upload-cutoff", f"{cutoff}B", str(folder), target]
    began = time.perf_counter()
    subprocess.run(command, env={**os.environ, **here.rclone_env}, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    here.sandbox.tell("reset")
    here.sandbox.tell("variant", SANDBOX)
    return load.files * load.bytes / MIB / seconds


def _rclone_of_parts(here: Scene, folder: Path, load: Load, number: int) -> float:
    """The bytes of all parts as files of their own; there for as long as they are copied, as they are as large again."""
    cut = folder.with_name("parts")
    each = Load(load.parts, load.part_bytes, load.part_bytes, load.at_once)
    try:
        return _rclone(here, _cut(folder, cut, load.part_bytes), each, number)
    finally:
        shutil.rmtree(cut)


def _cut(folder: Path, into: Path, part_bytes: int) -> Path:
    into.mkdir()
    for path in folder.iterdir():
        with path.open("rb") as file:
            for number, part in enumerate(iter(lambda: file.read(part_bytes), b"")):
                (into / f"{path.name}-{number:05}").write_bytes(part)
    return into


def _write(folder: Path, load: Load) -> Path:
    """Files that differ from each other and do not compress."""
    folder.mkdir()
    block = random.Random(load.bytes).randbytes(MIB)
    for number in range(load.files):
        with (folder / f"{number:04}.bin").open("wb") as file:
            file.write(number.to_bytes(8))
            left = load.bytes - 8
            while left:
                left -= file.write(block[:left])
    return folder


if __name__ == "__main__":
    for each in run():
        print(each.row)
