"""The whole flow beside a bare threaded script that sends the same requests: the price of the promise.

And, with 80 ms of latency on every API call, beside the vendor guide's three steps done file by file.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.bare import Bare
from benchmarks.result import Result
from benchmarks.scene import median_of, run_flow, scene
from sandbox.media import make_many
from sandbox.settings import BRANDS

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene

FILES, BYTES, ROUNDS, WORKERS = 2_000, 200_000, 5, 8

#: The guide's way goes at one pace, so a few files tell it; ours has a start and an end that must be paid for.
LATENCY_MS, GUIDE_FILES, LATENCY_FILES = 80, 100, 2_000


def run() -> list[Result]:
    """Wall seconds of the flow against the script, from call to return, imports not counted on either side."""
    with scene() as here:
        media = make_many(here.home / "files", FILES, seed=1, bytes_each=BYTES)
        flat = flat_copy(media.folder, here.home / "flat")
        ours, bare = median_of(ROUNDS, lambda number: _ours(here, media.manifest, number), lambda _: _bare(here, flat))
    return [
        Result(
            "flow.bare",
            f"whole flow, {FILES:,} files of {BYTES // 1000} KB, seconds: ours against a bare script",
            ours,
            bare,
            ours / bare,
            at_most=1.25,
        )
    ]


def run_with_latency() -> list[Result]:
    """Files a second of the flow against the guide's sequential steps."""
    with scene(latency_ms=LATENCY_MS) as here:
        few = make_many(here.home / "few", GUIDE_FILES, seed=2, bytes_each=BYTES)
        many = make_many(here.home / "many", LATENCY_FILES, seed=3, bytes_each=BYTES)
        flat = flat_copy(few.folder, here.home / "flat")
        with closing(_client(here)) as by_hand:
            (guide_seconds,) = median_of(1, lambda _: by_hand.run_one_by_one(flat))
        (seconds,) = median_of(len(BRANDS), lambda number: _far_away(here, many.manifest, number))
        ours, guide = LATENCY_FILES / seconds, GUIDE_FILES / guide_seconds
    return [
        Result(
            "latency.guide",
            f"with {LATENCY_MS} ms latency, files/s: ours against the guide's steps file by file",
            ours,
            guide,
            ours / guide,
            at_least=15,
        )
    ]


def _ours(here: Scene, manifest: Path, number: int) -> float:
    here.sandbox.tell("reset")
    measured = run_flow(here, manifest, here.ledger(f"flow-{number}"))
    if measured["ready"] != FILES:
        raise AssertionError(f"{measured['ready']} of {FILES} are ready")
    return measured["seconds"]


def _far_away(here: Scene, manifest: Path, number: int) -> float:
    """Each round has a brand of its own: file systems find room slowly right after thousands of files went, and the guide's way meets none of that."""
    measured = run_flow(here, manifest, here.ledger(f"latency-{number}"), list(BRANDS)[number])
    if measured["ready"] != LATENCY_FILES:
        raise AssertionError(f"{measured['ready']} of {LATENCY_FILES} are ready")
    return measured["seconds"]


def _bare(here: Scene, flat: Path) -> float:
    here.sandbox.tell("reset")
    with closing(_client(here)) as bare:
        return bare.run(flat)


def _client(here: Scene) -> Bare:
    return Bare(here.sandbox.api_url, here.env["DASH_SOCIAL_TOKEN"], 4242, WORKERS)


def flat_copy(folder: Path, flat: Path) -> Path:
    """The same files in one folder, as links."""
    shutil.rmtree(flat, ignore_errors=True)
    flat.mkdir()
    for path in folder.rglob("*.jpg"):
        (flat / path.name).hardlink_to(path)
    return flat
