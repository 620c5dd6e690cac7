"""What a kill costs: seconds and MiB until everything is there, beside `rclone copy` and `s5cmd sync` started again.

Ours is killed (SIGKILL) once half of its parts were sent, theirs after half of the time that they took undisturbed just before. Then the
same command runs again; its seconds count, ours with checking every file anew, imports apart. Two loads: a few large files, of which none
may be whole when the process dies, and many small ones.
"""

from __future__ import annotations

import json
import shutil
import signal
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import dam_upload
from benchmarks.loads import Load
from benchmarks.peers import rclone_parts, s5cmd_sync
from benchmarks.result import Result
from benchmarks.scene import median_of, scene
from dashmedia.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.peers import Peer
    from benchmarks.scene import Scene

ROUNDS = 3

LARGE = Load(8, 128 * MIB, 16 * MIB, 8)
SMALL = Load(400, 2 * MIB, 16 * MIB, 8)

#: Share of the bytes that the others send again which ours may send, of large files: half, and a part of each file in flight.
OF_LARGE_FILES = 0.75


class Finish(NamedTuple):
    """What the second run took: seconds, and MiB that it sent."""

    seconds: float
    mib: float


def run() -> list[Result]:
    """Medians of the rounds; and parts that were sent twice, which nothing but ours counts."""
    with scene(prefect=False) as here:
        return [*measure(here, "large", LARGE, ROUNDS), *measure(here, "small", SMALL, ROUNDS), sent_again(here, LARGE)]


def measure(here: Scene, key: str, load: Load, rounds: int) -> list[Result]:
    """Seconds and MiB of a second run after a kill, ours beside theirs; `key` names the load."""
    folder = load.write(here.home / key)
    ours, by_rclone, by_s5cmd = _medians(
        rounds,
        lambda number: _ours(here, folder, load, number),
        lambda number: _killed(here, lambda prefix: _rclone(here, folder, prefix, load), f"rclone-{number}", _of_rclone),
        lambda number: _killed(here, lambda prefix: _s5cmd(here, folder, prefix, load), f"s5cmd-{number}", _of_s5cmd),
    )  # fmt: skip
    shutil.rmtree(folder)
    # Of small files the others too have half; when they were killed exactly is luck, so there is no promise.
    bound = OF_LARGE_FILES if load.bytes_each > load.part_bytes else None
    what = f"finishing after SIGKILL at half, {load}"
    return [
        *_beside(f"resume.{key}_rclone", f"{what}, %s: ours against rclone copy again", ours, by_rclone, bound),
        *_beside(f"resume.{key}_s5cmd", f"{what}, %s: ours against s5cmd sync again", ours, by_s5cmd, bound),
    ]


def _medians(rounds: int, *measures: Callable[[int], Finish]) -> list[Finish]:
    """Median seconds and median MiB of each, taken in turns."""
    seen: list[list[Finish]] = [[] for _ in measures]

    def kept(at: int, measure: Callable[[int], Finish]) -> Callable[[int], float]:
        def one(number: int) -> float:
            seen[at].append(measure(number))
            return seen[at][-1].seconds

        return one

    seconds = median_of(rounds, *(kept(at, measure) for at, measure in enumerate(measures)))
    middles = [sorted(each.mib for each in finishes)[len(finishes) // 2] for finishes in seen]
    return [Finish(*each) for each in zip(seconds, middles, strict=True)]


def _beside(key: str, what: str, ours: Finish, other: Finish, bound: float | None) -> list[Result]:
    """Seconds are told only: a restart of ours checks every file, which the others trust by size and time."""
    mib = max(other.mib, 1 / MIB)
    return [
        Result(f"{key}_seconds", what % "seconds", ours.seconds, other.seconds, ours.seconds / other.seconds),
        Result(f"{key}_mib", what % "MiB sent", ours.mib, other.mib, ours.mib / mib, at_most=bound),
    ]


def _ours(here: Scene, folder: Path, load: Load, number: int) -> Finish:
    dam_upload.empty(here)
    ledger = here.ledger(f"{folder.name}-{number}")
    _die(here, folder, ledger, load)
    sent = dam_upload.upload(here, folder, ledger, load)
    dam_upload.empty(here)
    return Finish(sent.whole_s, sent.sent_mib)


def _die(here: Scene, folder: Path, ledger: str, load: Load) -> None:
    process = dam_upload.start(here, folder, ledger, load, kill_at=load.parts // 2)
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        raise AssertionError(f"the process was to be killed at half, and ended with {process.returncode}")


def _killed(here: Scene, peer: Callable[[str], Peer], name: str, mib: Callable[[str], float]) -> Finish:
    dam_upload.empty(here)
    undisturbed = peer(f"{name}-whole").run()
    peer(name).die_after(undisturbed / 2)
    seconds, said = peer(name).listen()
    dam_upload.empty(here)
    return Finish(seconds, mib(said))


def _rclone(here: Scene, folder: Path, prefix: str, load: Load) -> Peer:
    words = ("--use-json-log", "--log-level", "INFO", "--stats", "1h")
    return rclone_parts(here, folder, prefix, load, *words)


def _of_rclone(said: str) -> float:
    """MiB, from the statistics at its end."""
    return float(next(each["stats"]["bytes"] for each in reversed(_json(said)) if "stats" in each)) / MIB


def _s5cmd(here: Scene, folder: Path, prefix: str, load: Load) -> Peer:
    return s5cmd_sync(here, folder, prefix, load)


def _of_s5cmd(said: str) -> float:
    """MiB, from a line for each file that it copied."""
    return sum(float(each["object"]["size"]) for each in _json(said) if "object" in each) / MIB


def _json(said: str) -> list[dict[str, dict[str, float]]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def sent_again(here: Scene, load: Load) -> Result:
    """PUTs beyond one for each part, over a run that is killed at half and one that goes on; whole or broken off."""
    dam_upload.empty(here, part_storage="front")  # the storage front counts every PUT
    folder, ledger = load.write(here.home / "killed"), here.ledger("killed")
    _die(here, folder, ledger, load)
    dam_upload.upload(here, folder, ledger, load)
    again = here.sandbox.ask("requests")["put_part"] - load.parts
    in_flight = min(load.at_once, load.files)
    what = f"parts sent again after SIGKILL at half, {load}: ours against one for each file in flight"
    return Result("resume.parts", what, again, in_flight, again / in_flight, at_most=1.0)
