"""`make bench`: run them, print the table and write it to `docs/benchmarks.md`. Exit code 1 when a bound is not kept."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import flow, memory, upload
from benchmarks.scene import machine

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

RUNS = {"upload": upload.run, "flow": flow.run, "latency": flow.run_with_latency, "memory": memory.run}

HEAD = """# Benchmarks

Written by `make bench`. Ratios are within one run on one machine; the figures themselves say little elsewhere.

| what | ours | the other | ratio | bound | kept |
|---|---:|---:|---:|---|---|
"""


def main(names: list[str]) -> int:
    """Run the named benchmarks, all by default; only a full run writes the page."""
    results = []
    for name in names or RUNS:
        for result in RUNS[name]():
            print(result.row, flush=True)
            results.append(result)
    if not names:
        taken = f"\nTaken on {datetime.now(UTC):%Y-%m-%d} with {machine()}.\n"
        PAGE.write_text(HEAD + "\n".join(result.row for result in results) + "\n" + taken)
    return 0 if all(result.is_kept for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
