"""Promotion of 50,000 assets: how many requests it takes, and whether memory grows with the number of assets."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.result import Result
from benchmarks.scene import REQUESTS_PER_MINUTE, ROOT, scene

if TYPE_CHECKING:
    from benchmarks.scene import Scene

FEW, MANY = 5_000, 50_000

#: Pages to plan and pages to verify, 1,000 assets each, and some requests whatever the size.
ASSETS_PER_REQUEST, FIXED_REQUESTS = 500, 20


class Measured(NamedTuple):
    """What one promotion took."""

    moved: int
    requests: int
    peak_mib: float


def run() -> list[Result]:
    """Requests of the whole run, planning, polling and proof included; and MiB, as the operating system counts the peak."""
    with scene() as here:
        few, many = (_promote(here, count) for count in (FEW, MANY))
    allowed = MANY / ASSETS_PER_REQUEST + FIXED_REQUESTS
    what = (
        f"promotion of {MANY:,} assets, requests: ours against one for {ASSETS_PER_REQUEST} assets and {FIXED_REQUESTS}"
    )
    memory = f"promotion, peak memory in MiB: {MANY:,} assets against {FEW:,}"
    return [
        Result("promotion.requests", what, many.requests, allowed, many.requests / allowed, at_most=1.0),
        Result("promotion.memory", memory, many.peak_mib, few.peak_mib, many.peak_mib / few.peak_mib, at_most=1.2),
    ]


def _promote(here: Scene, count: int) -> Measured:
    here.sandbox.tell("reset")
    # What the demo data has of that state is too little to matter, and is counted.
    there = here.sandbox.ask("state")["assets"]["STAGED"]
    here.sandbox.tell("seed_assets", {"count": count - there, "state": "STAGED", "values": {"Title": True}})
    env = {
        **os.environ,
        **here.env,
        "DASH_LEDGER_URL": here.ledger(f"promotion-{count}"),
        "DASH_REQUESTS_PER_MINUTE": str(REQUESTS_PER_MINUTE),
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "benchmarks.one_promotion"]
    said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    moved, requests, peak_mib = said.split()[-3:]
    if int(moved) < count - there:
        raise AssertionError(f"{moved} of {count:,} assets moved")
    return Measured(int(moved), int(requests), float(peak_mib))
