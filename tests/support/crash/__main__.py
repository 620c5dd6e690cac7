"""The crash matrix: `make crash`. Runs are killed at every moment at which they reach outside, and done again."""

import argparse
import os
import shlex
import sys
import time
from itertools import count
from pathlib import Path

from rich.console import Console
from support.crash.crew import Crew
from support.crash.findings import WRONGS
from support.crash.log import Log
from support.crash.scenario import KINDS
from support.crash.workloads import WORKLOADS
from support.proof import Table, record

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".run" / "crash"

#: Unless told otherwise.
SCENARIOS, SEED = 12_000, 6

#: Seconds between two lines on how far it is.
TELL_EVERY_S = 20

say = Console(highlight=False, markup=False, soft_wrap=True).print

COLUMNS = ("workload", "boundaries:", *(f"{kind}:" for kind in KINDS), *(f"{wrong}:" for wrong in WRONGS))


def parser():
    """The options; each has a default."""
    options = argparse.ArgumentParser("make crash", description=__doc__)
    options.add_argument("--scenarios", type=int, default=SCENARIOS, help="at least so many (default: %(default)s)")
    options.add_argument("--seed", type=int, default=SEED, help="of all draws (default: %(default)s)")
    options.add_argument(
        "--processes", type=int, default=os.cpu_count(), help="each with a sandbox (default: %(default)s)"
    )
    options.add_argument("--only", choices=WORKLOADS, help="one workload")
    options.add_argument("--round", type=int, help="one round of it")
    options.add_argument("--scenario", help="one scenario of that round, as a failure names it")
    options.add_argument("--resume", action="store_true", help="go on where a run with this seed was interrupted")
    return options


class Teller:
    """Says now and then how far it is, and at once what went wrong."""

    def __init__(self, options, log):
        self._options, self._log = options, log
        self._began, self._told, self._here = time.monotonic(), time.monotonic(), 0
        self.failures = 0

    def told(self, name, number, scenario, wrong, words):
        """One scenario more."""
        self._here += 1
        if wrong:
            self.failures += 1
            say(f"\n{name}, round {number}, {scenario}: {words}\n  again: {self._command(name, number, scenario)}\n")
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            done, of = self._log.scenarios, max(self._options.scenarios, self._log.scenarios)
            pace = self._here / self.seconds
            say(f"{done:,} of {of:,} scenarios, {pace:.1f}/s, {(of - done) / pace / 60:.0f} minutes left")

    @property
    def seconds(self):
        """Since the start."""
        return time.monotonic() - self._began

    def _command(self, name, number, scenario):
        words = ["--seed", str(self._options.seed), "--only", name, "--round", str(number)]
        words += ["--scenario", scenario] if scenario else []
        return f'make crash ARGS="{shlex.join(words)}"'


def main(words):
    """The exit status: 0 when nothing was wrong."""
    options = parser().parse_args(words)
    is_part = options.round is not None
    path = FOLDER / ("part.jsonl" if is_part else f"seed-{options.seed}.jsonl")
    log = Log(path, resume=options.resume and not is_part)
    if is_part:
        options.scenarios = 1
        if options.scenario:
            log.planned[options.only, options.round] = 0, [options.scenario]
    teller = Teller(options, log)
    names = [options.only] if options.only else list(WORKLOADS)
    say(f"Seed {options.seed}, {options.scenarios:,} scenarios, {options.processes} processes; log: {path}")
    try:
        numbers = [options.round] if is_part else count()
        Crew(log, names, numbers, options.scenarios, teller.told).run(
            options.processes, options.seed, FOLDER / "failed"
        )
    except KeyboardInterrupt:
        say(
            f"\nInterrupted after {log.scenarios:,} scenarios. Go on with: make crash ARGS='--seed {options.seed} --resume'"
        )
        return 130
    return conclude(options, log, teller)


def conclude(options, log, teller):
    """Print the table, and keep it if it was a whole run; the exit status."""
    rows = rows_of(log)
    total = dict(zip((column.rstrip(":") for column in COLUMNS), rows[-1], strict=True))
    wrong = {name: total[name] for name in WRONGS}
    for row in [[column.rstrip(":") for column in COLUMNS], *rows]:
        say("  ".join(f"{value:>11}" if at else f"{value:<20}" for at, value in enumerate(row)))
    says = (
        f"{log.scenarios:,} scenarios over {total['boundaries']:,} boundaries that were found while the workloads ran: "
        + ", ".join(f"{number} {name}" for name, number in wrong.items()) + "."
    )  # fmt: skip
    say(f"{says} {log.seconds:,.0f} s, seed {options.seed}; {teller.failures or 'none'} of this session failed.")
    if options.only is None and log.scenarios >= SCENARIOS:
        figures = {"scenarios": log.scenarios, "boundaries": total["boundaries"], **wrong}
        command = f"make crash ARGS='--scenarios {options.scenarios} --seed {options.seed}'"
        record("crash", Table("Crash matrix", command, says, COLUMNS, rows, log.seconds, options.seed, figures))
    return 1 if any(wrong.values()) else 0


def rows_of(log):
    """A row for each workload, and their sums."""
    sums = log.by_workload()
    rows = [(name, *(sums[name][column.rstrip(":")] for column in COLUMNS[1:])) for name in sums]
    return (*rows, ("together", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
