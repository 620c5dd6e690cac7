"""Peak memory of the whole process with 20,000 files against 2,000: it must not grow with the source."""

from __future__ import annotations

from benchmarks.result import Result
from benchmarks.scene import run_flow, scene
from sandbox.media import make_many

FEW, MANY, BYTES = 2_000, 20_000, 20_000


def run() -> list[Result]:
    """MiB, as the operating system counts the process's peak."""
    with scene() as here:
        few, many = (
            run_flow(
                here,
                make_many(here.home / f"files-{count}", count, seed=count, bytes_each=BYTES).manifest,
                here.ledger(str(count)),
            )
            for count in (FEW, MANY)
        )
    what = f"peak memory in MiB: {MANY:,} files against {FEW:,}"
    ratio = many["peak_mib"] / few["peak_mib"]
    return [Result("memory.ingest", what, many["peak_mib"], few["peak_mib"], ratio, at_most=1.2)]
