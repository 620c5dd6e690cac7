"""`make bugs`: every bug of tests/bugs, sown in a copy of the working tree; the tests named for it have to catch it.

Words as arguments choose the bugs whose name, invariant or file holds one of them; nothing is recorded then.
"""

import os
import sys
import time

from rich.console import Console
from rich.table import Table as Shown
from support.bugs.catalogue import StaleBugError, read_bugs, read_invariants
from support.bugs.running import Sower
from support.bugs.verdicts import Outcome
from support.proof import Table, record
from support.snippets import ROOT

console = Console(highlight=False, markup=False, soft_wrap=True)
say = console.print


def main(words):
    """1 when a bug was not caught, or proves nothing."""
    bugs = [bug for bug in read_bugs() if not words or any(_is_about(bug, word) for word in words)]
    try:
        _require_fit(bugs)
    except StaleBugError as error:
        say(str(error))
        return 1
    began = time.monotonic()
    found = _try(bugs)
    seconds = time.monotonic() - began
    _show(found)
    says = _totals(found)
    say(f"{says} {seconds:,.0f} s.")
    missed = [each for each in found if each.outcome is not Outcome.CAUGHT]
    for each in missed:
        say(f"{each.outcome}: “{each.bug.name}” in {each.bug.file} ({', '.join(each.bug.tests)}) {each.words}")
    if found and not words:
        record("bugs", _table(found, says, seconds))
    return 1 if missed or not found else 0


def _is_about(bug, word):
    return any(word in text for text in (bug.name, bug.invariant, bug.file))


def _require_fit(bugs):
    for bug in bugs:
        bug.sown((ROOT / bug.file).read_text())


def _try(bugs):
    found = []
    with Sower(os.cpu_count() or 1) as sower:
        for each in sower.try_all(bugs):
            found.append(each)
            say(f"{len(found)}/{len(bugs)} {each.outcome}: {each.bug.name} ({each.seconds:.0f} s) {each.test}")
        say("The tests that failed are run once more, without any bug …")
        found = sower.confirm(found)
    order = {bug: number for number, bug in enumerate(bugs)}
    return sorted(found, key=lambda each: order[each.bug])


def _totals(found):
    caught = sum(each.outcome is Outcome.CAUGHT for each in found)
    invariants = len({each.bug.invariant for each in found})
    return f"{len(found)} bugs against {invariants} invariants: {caught} caught, {len(found) - caught} not."


def _rows(found):
    promises = read_invariants()
    return tuple((promises[each.bug.invariant], each.bug.name, each.bug.file, _by(each)) for each in found)


def _by(found):
    return f"`{found.test.removeprefix('tests/')}`" if found.outcome is Outcome.CAUGHT else found.outcome.value


COLUMNS = ("invariant", "bug", "in", "caught by")


def _show(found):
    shown = Shown(*COLUMNS, width=200, show_lines=True)
    for row in _rows(found):
        shown.add_row(*row)
    Console(width=200, markup=False, highlight=False).print(shown)


def _table(found, says, seconds):
    rows = tuple(tuple(cell.replace("|", "\\|") for cell in row) for row in _rows(found))
    title = "Seeded bugs: does the suite notice when a promise is broken?"
    caught = sum(each.outcome is Outcome.CAUGHT for each in found)
    figures = {"bugs": len(found), "caught": caught, "invariants": len({each.bug.invariant for each in found})}
    return Table(title, "make bugs", says, COLUMNS, rows, round(seconds, 1), figures=figures)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped; nothing was recorded.")
        sys.exit(130)
