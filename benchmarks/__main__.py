"""`make bench`: run them, print the table and write it to `docs/benchmarks.md`. Exit code 1 when a bound is not kept.

`python -m benchmarks upload flow` runs only those; the page keeps the last figures of the others with their dates.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import export, flow, memory, multipart, promotion, upload, waiting
from benchmarks.result import Result
from benchmarks.scene import machine
from dashmedia.interrupts import interruptible

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

RUNS = {
    "upload": upload.run,
    "flow": flow.run,
    "latency": flow.run_with_latency,
    "memory": memory.run,
    "waiting": waiting.run,
    "promotion": promotion.run,
    "multipart": multipart.run,
    "export": export.run,
}

HEAD = """# Benchmarks

Written by `make bench` from `benchmarks/results.json`. Ratios are within one run on one machine; the figures themselves say little
elsewhere. *Load* is what the machine had to do for others when the run ended (1-minute average): figures taken beside other work are
not the last word.

| what | ours | the other | ratio | bound | kept | taken | load |
|---|---:|---:|---:|---|---|---|---:|
"""


def main(names: list[str]) -> int:
    """Run the named benchmarks, all by default, and write the page."""
    kept = True
    for name in names or RUNS:
        results = RUNS[name]()
        keep(results)
        for result in results:
            print(result.row, flush=True)
            kept = kept and result.is_kept
    return 0 if kept else 1


def keep(results: Iterable[Result]) -> None:
    """Put these figures in the place of earlier ones, and write the page anew."""
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    stamp = {"taken": f"{datetime.now(UTC):%Y-%m-%d}", "load": round(os.getloadavg()[0], 1), "machine": machine()}
    known |= {result.what: asdict(result) | stamp for result in results}
    KEPT.write_text(json.dumps(known, indent=2) + "\n")
    PAGE.write_text(page(known))


def page(known: dict[str, dict[str, object]]) -> str:
    """The page from everything that is kept."""
    rows = [_row(dict(each)) for each in known.values()]
    machines = sorted({str(each["machine"]) for each in known.values()})
    return HEAD + "\n".join(rows) + f"\n\nMachine: {'; '.join(machines)}.\n"


def _row(each: dict[str, object]) -> str:
    taken, load, _ = each.pop("taken"), each.pop("load"), each.pop("machine")
    return f"{Result(**each).row} {taken} | {load} |"  # type: ignore[arg-type]  # written by `keep` from a Result


if __name__ == "__main__":
    with interruptible():
        sys.exit(main(sys.argv[1:]))
