"""What orchestration costs: the same originals by a Prefect task for each of them, by our flow, and by a plain threaded script.

The first is what most projects begin with (`benchmarks.one_task_per_item`); the last (`benchmarks.bare`) knows nothing of Prefect. All three
send the same three requests for each original, from as many threads, and wait until the library has processed them; ours checks
files, keeps a ledger and shows its steps in the UI besides.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.bare import Bare
from benchmarks.flow import flat_copy
from benchmarks.one_task_per_item import BRAND, WORKERS
from benchmarks.result import Result
from benchmarks.scene import ROOT, median_of, run_flow, scene
from sandbox.media import make_many

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene


@dataclass(frozen=True)
class Size:
    """So many originals of so many bytes, `rounds` times each way."""

    originals: int = 400
    bytes_each: int = 50_000
    rounds: int = 3


FULL = Size()


def run(size: Size = FULL) -> list[Result]:
    """See `measure`."""
    with scene() as here:
        return measure(here, size)


def measure(here: Scene, size: Size) -> list[Result]:
    """Medians of the rounds in seconds, from call to return; imports are not counted on any side."""
    media = make_many(here.home / "files", size.originals, seed=1, bytes_each=size.bytes_each)
    flat = flat_copy(media.folder, here.home / "flat")
    ours, per_item, plain = median_of(
        size.rounds,
        lambda number: _ours(here, media.manifest, size, number),
        lambda _: _task_per_item(here, flat, size),
        lambda _: _plain(here, flat, size),
    )
    what = f"{size.originals:,} originals, seconds: ours against"
    return [
        Result("orchestration.per_item", f"{what} a Prefect task for each", ours, per_item, ours / per_item),
        Result("orchestration.plain", f"{what} a plain threaded script", ours, plain, ours / plain),
        Result(
            "orchestration.per_item_plain",
            f"{size.originals:,} originals, seconds: a Prefect task for each against a plain threaded script",
            per_item, plain, per_item / plain,
        ),
    ]  # fmt: skip


def _ours(here: Scene, manifest: Path, size: Size, number: int) -> float:
    here.sandbox.tell("reset")
    seconds = run_flow(here, manifest, here.ledger(f"orchestration-{number}"), BRAND)["seconds"]
    _expect_all(here, size)
    return seconds


def _task_per_item(here: Scene, flat: Path, size: Size) -> float:
    here.sandbox.tell("reset")
    env = {**os.environ, **here.env, "PREFECT_LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "benchmarks.one_task_per_item", str(flat)]
    said = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, task_runs = said.split()[-2:]
    if int(task_runs) != size.originals:
        raise AssertionError(f"{task_runs} task runs for {size.originals} originals")
    _expect_all(here, size)
    return float(seconds)


def _plain(here: Scene, flat: Path, size: Size) -> float:
    here.sandbox.tell("reset")
    with closing(Bare(here.sandbox.api_url, here.env["DASH_SOCIAL_TOKEN"], BRAND, WORKERS)) as bare:
        seconds = bare.run(flat)
    _expect_all(here, size)
    return seconds


def _expect_all(here: Scene, size: Size) -> None:
    made = sum(here.sandbox.ask("state")["media"].values())
    if made != size.originals:
        raise AssertionError(f"the library holds {made} records, expected {size.originals}")
