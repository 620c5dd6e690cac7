"""Look into the ledger, take what failed out of quarantine, back the ledger up and restore it.

Exit codes: 0 done; 1 nothing matches, or the ledger cannot be used; 2 the command line is wrong.
"""

from __future__ import annotations

import csv
import sys
from itertools import islice
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console

from dashmedia.errors import LedgerError
from dashmedia.interrupts import interruptible
from dashmedia.ledger import keeping
from dashmedia.ledger.keeping import LedgerUrl  # noqa: TC001 - cyclopts reads annotations at run time
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.ledger.show import history_table, item_table, left_table, refused_table, summary_table
from dashmedia.ledger.store import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.table import Table

T = TypeVar("T")

Words = Annotated[
    str, Parameter(help="Beginning of its SHA-256 (4 characters or more), its file name, uri, source id or media id.")
]

Lines = Annotated[int, Parameter(help="How many lines to show.", validator=Number(gte=1))]

app = App(
    name="python -m dashmedia.ledger",
    help="Look into the ledger: what was done to which original for which destination. And keep it: back up, restore, upgrade.",
    version_flags=(),
)
for command in (keeping.backup, keeping.restore, keeping.trust, keeping.upgrade):
    app.command(command)


@app.command
def summary(*, ledger: LedgerUrl = None) -> int:
    """Count originals by destination and state."""
    with Ledger.open(ledger, create=False) as opened:
        _say(f"Ledger: {opened.place}")
        Console().print(summary_table(opened.summary()))
    return 0


@app.command
def item(words: Words, *, ledger: LedgerUrl = None) -> int:
    """Show one original for each of its destinations, with its history."""
    found = 0
    with Ledger.open(ledger, create=False) as opened:
        for row, moves in opened.history(words):
            found += 1
            Console().print(item_table(row), history_table(moves))
    return 0 if found else _miss(f"Nothing in the ledger is called {words}.")


@app.command
def left(*, limit: Lines = 50, ledger: LedgerUrl = None) -> int:
    """List what is not ready, why, and what makes it go on."""
    with Ledger.open(ledger, create=False) as opened:
        return _list(opened.left(), limit, left_table, "Nothing is left: every original is ready.")


@app.command
def refused(
    *,
    everything: Annotated[bool, Parameter(help="Also what only older runs refused.")] = False,
    limit: Lines = 50,
    ledger: LedgerUrl = None,
) -> int:
    """List what the newest run of each source refused, with the rule and the value seen."""
    with Ledger.open(ledger, create=False) as opened:
        return _list(opened.refused(everything=everything), limit, refused_table, "Nothing was refused.")


@app.command
def retry(
    words: Words | None = None,
    *,
    every: Annotated[bool, Parameter(name="--all", negative="", help="All that are in quarantine.")] = False,
    ledger: LedgerUrl = None,
) -> int:
    """Let the next run take originals again that failed for good."""
    if every is (words is not None):
        return _miss("Say what to retry: either the beginning of a SHA-256 (or another name of it), or --all.", code=2)
    with Ledger.open(ledger, create=False) as opened:
        count = opened.retry(opened.unready() if words is None else opened.find(words))
    if not count:
        return _miss(f"Nothing in quarantine is called {words}." if words else "Nothing is in quarantine.")
    _say(f"{count:,} taken out of quarantine. Run the flow again; each goes on from where it stopped.")
    return 0


@app.command
def promotion(run: Annotated[str, Parameter(help="Id of the flow run.")], *, ledger: LedgerUrl = None) -> int:
    """Write every asset of a promotion's plan, what became of it and why, as CSV. Dry runs are not kept."""
    with Ledger.open(ledger, create=False) as opened:
        plan = opened.promotions.of_run(run)
        if plan is None:
            return _miss(f"Nothing in the ledger is known of a promotion by run {run}.")
        table = csv.writer(sys.stdout)
        table.writerow(("asset_id", "name", "rule", "transition", "state", "why"))
        for page in opened.promotions.rows(plan.plan_id).pages(of(*RowState)):
            table.writerows((row.asset_id, row.name, row.rule, row.transition, row.state, row.words) for row in page)
    return 0


def _list(rows: Iterator[T], limit: int, table: Callable[[Sequence[T]], Table], nothing: str) -> int:
    shown = list(islice(rows, limit))
    if not shown:
        _say(nothing)
        return 0
    Console().print(table(shown))
    if next(rows, None) is not None:
        _say(f"There are more than these {limit:,}; --limit N shows N.")
    return 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _miss(words: str, code: int = 1) -> int:
    sys.stderr.write(f"{words}\n")
    return code


def main(arguments: Sequence[str]) -> int:
    """Run one command line; one sentence instead of a traceback when the ledger cannot be used."""
    try:
        code = app(arguments, result_action="return_value")
    except LedgerError as error:
        return _miss(str(error))
    return int(code or 0)


if __name__ == "__main__":  # pragma: no cover - a test runs it in a process of its own
    with interruptible():
        sys.exit(main(sys.argv[1:]))
