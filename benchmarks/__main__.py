"""`make bench`: run them, print the tables and write them to `docs/benchmarks.md`. Exit code 1 when a bound is not kept.

`python -m benchmarks upload flow` runs only those; the page keeps the last figures of the others with their dates.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import (
    export,
    flow,
    kept,
    memory,
    multipart,
    orchestration,
    promotion,
    resume,
    shared_rate,
    upload,
    waiting,
)
from dashmedia.interrupts import interruptible

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.result import Result


class Benchmark(NamedTuple):
    """A heading for the page, and what measures."""

    title: str
    run: Callable[[], list[Result]]


RUNS = {
    "upload": Benchmark("The upload phase of an ingestion", upload.run),
    "flow": Benchmark("A whole ingestion", flow.run),
    "latency": Benchmark("An ingestion far from the service", flow.run_with_latency),
    "orchestration": Benchmark("What orchestration costs", orchestration.run),
    "memory": Benchmark("Memory against the size of an ingestion", memory.run),
    "multipart": Benchmark("Uploads in parts", multipart.run),
    "resume": Benchmark("Going on after a kill", resume.run),
    "shared_rate": Benchmark("One rate limit for four processes", shared_rate.run),
    "export": Benchmark("Exports of download events", export.run),
    "promotion": Benchmark("A promotion", promotion.run),
    "waiting": Benchmark("Waiting for jobs", waiting.run),
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all by default, and write the page."""
    if unknown := [name for name in names if name not in RUNS]:
        print(f"No such benchmark: {', '.join(unknown)}. There are {', '.join(RUNS)}.", file=sys.stderr)
        return 2
    todo = names or list(RUNS)
    are_kept = [_measured(name, todo[at:], f"{at + 1} of {len(todo)}") for at, name in enumerate(todo)]
    print(f"Written to {kept.PAGE}.", flush=True)
    return 0 if all(are_kept) else 1


def _measured(name: str, left: list[str], place: str) -> bool:
    """Run one and keep its figures; whether all of its bounds are kept."""
    print(f"\n{place}: {name}. What is left took {_minutes_of(left)} the last time.", flush=True)
    began = time.monotonic()
    results = RUNS[name].run()
    kept.keep(name, RUNS[name].title, results, time.monotonic() - began, list(RUNS))
    for result in results:
        print(result.row, flush=True)
    return all(result.is_kept for result in results)


def _minutes_of(names: list[str]) -> str:
    known = kept.known()
    seconds = sum(known[name]["seconds"] or 0 for name in names if name in known)
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds} s"  # noqa: PLR2004 - how people say it


if __name__ == "__main__":
    with interruptible():
        sys.exit(main(sys.argv[1:]))
