"""A run as a process of its own: `python -m support.crash.driver NAME ROUND SEED STOCK HOME LEDGER`, with a sandbox's variables."""

import os
import sys
from pathlib import Path

from support.crash.place import Place
from support.crash.workloads import draw_workload

from sandbox.process import Running


def main(name, number, seed, stock, home, ledger):
    """Say when the work begins, and work; the exit status."""
    place = Place(Running(dict(os.environ), None), Path(stock), Path(home), ledger or None)
    workload = draw_workload(name, int(number), int(seed))
    print("at work", flush=True)  # noqa: T201 - whoever started us waits for it
    return 0 if workload.run(place, "run-0") else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
