"""What the long runs of proof printed last, kept in `docs/proof/*.json` and shown by `docs/proof.md`.

`record("crash", Table(...))` at the end of a full run; `page()` is the page from everything that is kept.
"""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
KEPT, PAGE = "proof", "proof.md"

HEAD = """# Proof

What the last full runs found, written by the commands that are named; nothing here is entered by hand. Each can be run again with its
seed. How they work stands in the first lines of the files in `tests/crash`, `tests/faults`, `tests/bugs`, `tests/fuzz` and
`tests/machines`; speed and memory are in [benchmarks](benchmarks.md).
"""

#: What records itself here, by name and target.
RUNS = ("crash", "faults", "bugs", "fuzz", "machines")


@dataclass(frozen=True)
class Table:
    """One full run.

    Args:
        title: heading on the page.
        command: what runs it again, such as `make crash`.
        says: one or two sentences with the totals.
        columns: names of the columns; those of numbers end with a colon, which puts them right.
        rows: plain values, as many in each row as there are columns.
        seconds: how long the run took.
        seed: what its choices were drawn from; none when nothing was.
        figures: the totals that README and docs may quote, by name: `12,480<!-- proof.crash.scenarios -->` is `scenarios` of
            the table `crash` (see `benchmarks/figures.py`).
    """

    title: str
    command: str
    says: str
    columns: tuple
    rows: tuple
    seconds: float
    seed: int | None = None
    figures: dict = field(default_factory=dict)


def record(name, table, docs=DOCS):
    """Keep this run in the place of an earlier one, and write the page of the folder `docs` anew.

    Raises:
        ValueError: a row has more or fewer values than there are columns.
    """
    for number, row in enumerate(table.rows, 1):
        if len(row) != len(table.columns):
            raise ValueError(
                f"row {number} of {table.title} has {len(row)} values, its columns are {len(table.columns)}"
            )
    (docs / KEPT).mkdir(exist_ok=True)
    stamp = {"taken": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
    (docs / KEPT / f"{name}.json").write_text(json.dumps(asdict(table) | stamp, indent=1) + "\n")
    (docs / PAGE).write_text(page(docs))


def machine():
    """What it was run on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def page(docs=DOCS):
    """Every table that is kept, by name, and which commands have recorded none."""
    kept = {path.stem: json.loads(path.read_text()) for path in sorted((docs / KEPT).glob("*.json"))}
    return HEAD + "".join(map(_section, kept.values())) + _missing(set(RUNS) - kept.keys())


def _missing(names):
    commands = ", ".join(f"`make {name}`" for name in RUNS if name in names)
    return f"\nNo full run is recorded of: {commands}. A sample of each is in `make test`.\n" if names else ""


def _section(kept):
    seed = f", seed {kept['seed']}" if kept["seed"] is not None else ""
    told = f"`{kept['command']}`, {kept['taken']}{seed}, {kept['seconds']:,.0f} s on {kept['machine']}."
    head = [_row(name.removesuffix(":") for name in kept["columns"])]
    rule = [_row("---:" if name.endswith(":") else "---" for name in kept["columns"])]
    return "\n".join(
        ["", f"## {kept['title']}", "", kept["says"], "", *head, *rule, *map(_row, kept["rows"]), "", told, ""]
    )


def _row(values):
    return f"| {' | '.join(f'{value:,}' if isinstance(value, int) else str(value) for value in values)} |"
