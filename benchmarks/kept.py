"""The figures of the last runs in `benchmarks/results.json`, and `docs/benchmarks.md`, which is made of nothing else."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.result import Result
from benchmarks.scene import machine
from benchmarks.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEPT = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

#: What is known of each benchmark: `title`, `taken`, `load`, `seconds`, `machine`, `versions`, `results`.
Known = dict[str, dict[str, Any]]

HEAD = """# Benchmarks

Written by `make bench` from `benchmarks/results.json`; each part again by the command below its table. Ratios are within one run on one
machine; the figures themselves say little elsewhere. *Load* is what the machine had to do when the run ended, ours included (1-minute
average): figures taken beside other work are not the last word. *Told only*: there is no promise, so no bound.
"""

COLUMNS = """| what | ours | the other | ratio | bound | kept |
|---|---:|---:|---:|---|---|
"""


def known() -> Known:
    """Everything that is kept, by benchmark."""
    found: Known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return found


def keep(name: str, title: str, results: Iterable[Result], seconds: float, order: Sequence[str]) -> None:
    """Put the figures of one benchmark in the place of its earlier ones, and write the page anew.

    Args:
        name: what every key of `results` begins with.
        title: its heading on the page.
        results: of this run.
        seconds: how long it took.
        order: of the benchmarks on the page; those that exist no more are let go.
    """
    stamp = {
        "taken": f"{datetime.now(UTC):%Y-%m-%d}",
        "load": round(os.getloadavg()[0], 1),
        "seconds": math.ceil(seconds),
    }
    ours = {"title": title} | stamp | {"machine": machine(), "versions": versions()}
    all_of_them = known() | {name: ours | {"results": [asdict(result) for result in results]}}
    there = {each: all_of_them[each] for each in order if each in all_of_them}
    KEPT.write_text(json.dumps(there, indent=2, ensure_ascii=False) + "\n")
    PAGE.write_text(page(there))


def minutes_of_all(there: Known) -> int:
    """How long all benchmarks took when they ran last, in minutes, rounded up."""
    return math.ceil(sum(each["seconds"] or 0 for each in there.values()) / 60)


def page(there: Known) -> str:
    """The page from everything that is kept."""
    sections = "".join(_section(name, each) for name, each in there.items())
    are_all_timed = all(each["seconds"] for each in there.values())
    told = f"\nAll of them took {minutes_of_all(there)} minutes.\n" if are_all_timed else ""
    return f"{HEAD}{told}{sections}{_foot(there)}"


def _section(name: str, each: dict[str, Any]) -> str:
    rows = "\n".join(Result(**result).row for result in each["results"])
    took = f", {each['seconds']:,} s" if each["seconds"] else ""
    command = f"`python -m benchmarks {name}`, {each['taken']}{took}, load {each['load']}."
    return f"\n## {each['title']}\n\n{COLUMNS}{rows}\n\n{command}\n"


def _foot(there: Known) -> str:
    """On what, and with which versions; both once where all runs agree."""
    lines = sorted({f"- {each['machine']}: {_listed(each['versions'])}" for each in there.values()})
    return "\n".join(["", "## Machine and versions", "", *lines, ""])


def _listed(each: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in each.items()) or "versions were not written down then"
