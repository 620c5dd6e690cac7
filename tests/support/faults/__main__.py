"""`python -m support.faults`: every scenario on all processors, and the table of what was found."""

import argparse
import os
import sys
import time
from concurrent.futures import as_completed

from rich.console import Console
from support.faults.players import perform, players, see
from support.faults.scenarios import scenarios_of
from support.faults.table import show, table_of
from support.faults.workloads import WORKLOADS
from support.proof import record

say = Console(highlight=False, markup=False, soft_wrap=True).print

#: Processes for each processor: many scenarios wait for most of their time.
WIDTH = 2

#: Seconds between two lines that tell how far it is.
TELL_S = 30


def main(words):
    """Play them all; the exit status."""
    options = _options(words)
    begun = time.monotonic()
    flows = [flow for flow in WORKLOADS if options.flow in (None, flow)]
    try:
        with players(options.processes) as pool:
            verdicts = _play_all(pool, flows, options)
    except KeyboardInterrupt:
        say("Stopped; nothing was recorded.")
        return 130
    made = table_of(verdicts, seconds=time.monotonic() - begun, seed=options.seed)
    say(show(made))
    bad = [verdict for verdict in verdicts if not verdict.is_good]
    for verdict in bad:
        say(f"NOT GOOD  {verdict}")
    if flows == list(WORKLOADS):
        record("faults", made)
    return 1 if bad else 0


def _options(words):
    parser = argparse.ArgumentParser("make faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of where each fault begins (default: 1)")
    parser.add_argument("--flow", choices=WORKLOADS, help="this one alone; then nothing is recorded")
    parser.add_argument("--processes", type=int, default=WIDTH * (os.cpu_count() or 1))
    return parser.parse_args(words)


def _play_all(pool, flows, options):
    seen = dict(zip(flows, pool.map(see, flows), strict=True))
    todo = [one for flow in flows for one in scenarios_of(flow, WORKLOADS[flow], seen[flow], options.seed)]
    say(f"{len(todo):,} scenarios of {len(flows)} flows, seed {options.seed}, {options.processes} processes")
    verdicts, told = [], time.monotonic()
    for future in as_completed([pool.submit(perform, one) for one in todo]):
        verdicts.append(future.result())
        if not verdicts[-1].is_good:
            say(f"NOT GOOD  {verdicts[-1]}")
        if time.monotonic() - told > TELL_S:
            told = time.monotonic()
            say(f"  {len(verdicts):,} played, {len(todo) - len(verdicts):,} left")
    return verdicts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
