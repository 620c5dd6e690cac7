"""A million skewed download events: all of them, with how many requests, in how much memory, and beside `dlt`'s REST source.

One day holds a fifth of them, one of its seconds 15,000, one millisecond of the day after 12,000 over several user types.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from datetime import date, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.parquet as pq
import yaml

from benchmarks.result import Result
from benchmarks.scene import REQUESTS_PER_MINUTE, ROOT, scene

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene

FEW, MANY, ROUNDS = 100_000, 1_000_000, 3
DAYS, LAST_DAY, PAGE_ROWS = 31, date(2026, 10, 31), 1_000
SPAN = [LAST_DAY - timedelta(days=n) for n in reversed(range(DAYS))]


class Run(NamedTuple):
    """What one export took: wall seconds, peak MiB of its process, requests."""

    seconds: float
    peak_mib: float
    requests: float


def run() -> list[Result]:
    """The flow with its defaults and the environment that `prefect.yaml` gives it, rollups apart; medians of `ROUNDS`."""
    with scene() as here:
        few, _ = _exported(here, FEW)
        many, out = _exported(here, MANY)
        found = _count_true(here, out)
        rows = [
            Result(
                "export.rows",
                f"export of {MANY:,} skewed events: rows found, of those there",
                found,
                MANY,
                found / MANY,
                1.0,
            ),
            *_requests(out, many.requests),
            _at_most("memory", "peak memory in MiB", many.peak_mib, few.peak_mib, 1.3),
            _at_most("seconds", "seconds", many.seconds, few.seconds, 11),
        ]
        return rows + _beside_dlt(here, found, many.seconds)


def _exported(here: Scene, count: int) -> tuple[Run, Path]:
    """The medians for so many events, skewed alike over the same days; and where the last export lies."""
    crowds = {"second_count": count * 15 // 1000, "millisecond_count": count * 12 // 1000}
    here.sandbox.tell(
        "seed_events",
        {"count": count, "days": DAYS, "last_day": str(LAST_DAY), "seed": 5, "day_share": 0.2} | crowds,
    )
    out = here.home / f"exports-{count}"
    runs = [_export(here, out) for _ in range(ROUNDS)]
    return Run(*map(statistics.median, zip(*runs, strict=True))), out


def _export(here: Scene, out: Path) -> Run:
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.one_export", str(SPAN[0]), str(LAST_DAY), str(out)]
    return Run(*map(float, _said(command, here, _deployed_environment())))


def _deployed_environment() -> dict[str, str]:
    """What a worker's process for `export-downloads` finds in its environment."""
    deployments: list[Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    pool = next(one["work_pool"] for one in deployments if one["name"] == "export-downloads")
    env: dict[str, str] = pool.get("job_variables", {}).get("env", {})
    return env


def _said(command: list[str], here: Scene, env: dict[str, str]) -> list[str]:
    env = {
        **os.environ, **here.env, "DASH_REQUESTS_PER_MINUTE": str(REQUESTS_PER_MINUTE),
        "PREFECT_LOGGING_LEVEL": "ERROR", "RUNTIME__DLTHUB_TELEMETRY": "false", **env,
    }  # fmt: skip
    ended = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return ended.stdout.split()


def _count_true(here: Scene, out: Path) -> int:
    """Rows on disk whose id the service holds on that day, each once."""
    found = 0
    for day in SPAN:
        ends = f"since={day}T00:00:00Z&until={day + timedelta(days=1)}T00:00:00Z"
        truth = {each["id"] for each in here.sandbox.ask(f"events?{ends}")}
        table = pq.read_table(out / f"events/date={day}/part.parquet", columns=["event_id"], partitioning=None)
        found += len(truth & set(table.column("event_id").to_pylist()))
        if table.num_rows != len(truth):
            raise AssertionError(f"{day} has {table.num_rows} rows, the service holds {len(truth)}")
    return found


def _requests(out: Path, total: float) -> list[Result]:
    """The partition that took the most for its size, and all of them; `total` has the run's other requests as well."""
    certificates = [json.loads(path.read_text()) for path in out.rglob("certificate.json")]
    pages = [-(-one["unique_ids"] // PAGE_ROWS) for one in certificates]
    taken = [sum(one["requests"].values()) for one in certificates]
    allowed = [1.10 * each + 3 for each in pages]
    worst = max(range(len(pages)), key=lambda at: taken[at] / allowed[at])
    of = f"{pages[worst]} pages of {PAGE_ROWS:,}"
    return [
        Result(
            "export.costliest",
            f"export, requests of the costliest partition, {of}: against 1.10 × pages + 3",
            taken[worst], allowed[worst], taken[worst] / allowed[worst], at_most=1.0,
        ),
        Result(
            "export.requests",
            f"export, requests in all, {sum(pages):,} pages in {len(pages)} partitions: against the same sum",
            total, sum(allowed), total / sum(allowed), at_most=1.0,
        ),
    ]  # fmt: skip


def _at_most(key: str, what: str, many: float, few: float, bound: float) -> Result:
    what = f"export, {what}: {MANY:,} events against {FEW:,}"
    return Result(f"export.{key}", what, many, few, many / few, at_most=bound)


def _beside_dlt(here: Scene, found: int, seconds: float) -> list[Result]:
    """Rows a second, also where nothing but its reading is counted, and rows found; none where `dlt` is not installed."""
    if find_spec("dlt") is None:
        print("dlt is not installed (extra `bench`), so nothing was measured beside it", file=sys.stderr)
        return []
    folder = here.home / "dlt"
    command = [sys.executable, "-m", "benchmarks.dlt_export", here.env["DASH_API_URL"], str(SPAN[0]), str(LAST_DAY)]
    rows, whole, reading = map(float, _said([*command, str(folder)], here, {}))
    ours = found / seconds
    what = "export to Parquet, rows/s: ours against dlt's REST source"
    return [
        Result("export.dlt", what, ours, rows / whole, ours * whole / rows, at_least=3.0),
        Result(
            "export.dlt_reading",
            f"{what}, of which only the reading counts",
            ours,
            rows / reading,
            ours * reading / rows,
            1.0,
        ),
        Result(
            "export.dlt_rows",
            f"export, rows found of {MANY:,}: ours against dlt's REST source",
            found,
            rows,
            found / rows,
            1.0,
        ),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.row, flush=True)
