"""Uploads in parts beside `rclone copy` and boto3: the same files to the same S3 server, in parts of the same size, as many at once.

Ours is everything from the batch job to the last file proved, with an MD5 and a receipt on disk for every part; the original was
checked before, as it always is. Theirs is the whole command, boto3's imports not counted. For large files rclone runs twice: on the files,
as a person would type it, and on the same bytes cut into files of one part each, which is the very work that our parts give the server.

The sandbox does not read the stored bytes once more at each completion (`completion_checks: sizes`): on one machine that would
be charged to us.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from benchmarks.dam_upload import empty, upload
from benchmarks.loads import Load
from benchmarks.peers import boto3, rclone_parts
from benchmarks.result import Result
from benchmarks.scene import median_of, scene
from dashmedia.limits import MIB

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene

ROUNDS = 3

#: Peak memory that the whole process may have, in MiB.
MEMORY_MIB = 300

LARGE = Load(4, 512 * MIB, 16 * MIB, 4)
SMALL = Load(200, 5 * MIB, 16 * MIB, 8)


def run() -> list[Result]:
    """See `measure`."""
    with scene(prefect=False) as here:
        return measure(here, LARGE, SMALL, ROUNDS)


def measure(here: Scene, large: Load, small: Load, rounds: int) -> list[Result]:
    """Medians of the rounds, in MiB a second; and peak memory."""
    empty(here)
    return [*_large(here, large, rounds), *_small(here, small, rounds)]


def _large(here: Scene, load: Load, rounds: int) -> list[Result]:
    folder = load.write(here.home / "large")
    peaks: list[float] = []
    ours, whole, parts, by_boto3 = median_of(
        rounds,
        lambda number: _ours(here, folder, load, number, peaks),
        lambda number: _rclone(here, folder, load, number),
        lambda number: _rclone_of_parts(here, folder, load, number),
        lambda number: _boto3(here, folder, load, number),
    )
    shutil.rmtree(folder)
    what = f"upload in parts of {load.part_bytes / MIB:g} MiB, {load}, MiB/s: ours against"
    return [
        Result("multipart.rclone", f"{what} rclone copy", ours, whole, ours / whole, at_least=0.9),
        Result(
            "multipart.rclone_parts", f"{what} rclone copy of the parts as files", ours, parts, ours / parts, at_least=0.9
        ),
        Result("multipart.boto3", f"{what} boto3's upload_file", ours, by_boto3, ours / by_boto3),
        _memory("multipart.memory", load, peaks),
    ]  # fmt: skip


def _small(here: Scene, load: Load, rounds: int) -> list[Result]:
    folder = load.write(here.home / "small")
    peaks: list[float] = []
    ours, by_rclone, by_boto3 = median_of(
        rounds,
        lambda number: _ours(here, folder, load, number, peaks),
        lambda number: _rclone(here, folder, load, number),
        lambda number: _boto3(here, folder, load, number),
    )
    shutil.rmtree(folder)
    what = f"upload, {load}, MiB/s: ours against"
    return [
        Result("multipart.small_rclone", f"{what} rclone copy", ours, by_rclone, ours / by_rclone, at_least=0.9),
        Result("multipart.small_boto3", f"{what} boto3's upload_file", ours, by_boto3, ours / by_boto3),
        _memory("multipart.small_memory", load, peaks),
    ]


def _memory(key: str, load: Load, peaks: list[float]) -> Result:
    what = f"peak memory in MiB, {load}: ours against the bound"
    return Result(key, what, max(peaks), MEMORY_MIB, max(peaks) / MEMORY_MIB, at_most=1.0)


def _ours(here: Scene, folder: Path, load: Load, number: int, peaks: list[float]) -> float:
    empty(here)
    sent = upload(here, folder, here.ledger(f"{folder.name}-{number}"), load)
    peaks.append(sent.peak_mib)
    empty(here)
    return load.mebibytes / sent.seconds


def _rclone(here: Scene, folder: Path, load: Load, number: int) -> float:
    peer = rclone_parts(here, folder, f"{folder.name}-{number}", load)
    seconds = peer.run()
    empty(here)
    return load.mebibytes / seconds


def _rclone_of_parts(here: Scene, folder: Path, load: Load, number: int) -> float:
    """The bytes of all parts as files of their own; there for as long as they are copied."""
    cut = folder.with_name("parts")
    each = Load(load.parts, load.part_bytes, load.part_bytes, load.at_once)
    try:
        return _rclone(here, load.cut(folder, cut), each, number)
    finally:
        shutil.rmtree(cut)


def _boto3(here: Scene, folder: Path, load: Load, number: int) -> float:
    seconds = boto3(here, folder, f"boto3-{number}", load.at_once, load.part_bytes).run_after_imports()
    empty(here)
    return load.mebibytes / seconds
