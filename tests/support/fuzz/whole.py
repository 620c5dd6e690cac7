"""`make fuzz`: ten thousand mutated answers of each endpoint, and a long look at both descriptions of the sandbox.

A number as argument feeds so many to each and records nothing; words choose the endpoints whose name holds one of them.
"""

import gc
import logging
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from rich.console import Console
from support.fuzz.answering import Answering
from support.fuzz.calls import USES
from support.fuzz.outcome import CONTRACT, ELSE, PARSED, STATUS, answers_of, outcome_of
from support.fuzz.published import findings
from support.fuzz.recorded import answers_of_the_sandbox
from support.proof import Table, record

from dashmedia.interrupts import interruptible
from sandbox.process import start

SEED, EACH = 6, 10_000
KINDS = (PARSED, CONTRACT, STATUS, ELSE)
#: How many examples of each operation schemathesis makes here.
EXAMPLES = 100

say = Console(highlight=False, markup=False, soft_wrap=True).print


def main(words):
    """1 when anything else came out, or schemathesis found something."""
    each = next((int(word) for word in words if word.isdigit()), EACH)
    names = [word for word in words if not word.isdigit()]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, start(folder, requests_per_minute=1_000_000) as sandbox:
        counted, odd = _feed(answers_of_the_sandbox(sandbox), each, names)
        found = {} if names else {name: findings(sandbox, name, EXAMPLES) for name in ("social", "dam")}
    seconds = time.monotonic() - began
    for name, (_, text) in found.items():
        say(f"{name}: {text}")
    table = _table(counted, found, seconds)
    say(table.says)
    if each == EACH and not names:
        record("fuzz", table)
    return 1 if odd or any(failed for failed, _ in found.values()) else 0


def _feed(recorded, each, names):
    """Counts by endpoint, and a line for each answer that nothing of ours is known for."""
    uses = [number for number, use in enumerate(USES) if not names or any(word in use.name for word in names)]
    counted, odd = {}, []
    # A process of its own for each endpoint: what one leaves in memory is gone with it.
    # Ctrl-C is this process's affair; the others would each print where they were.
    alone = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), max_tasks_per_child=1, **alone) as pool:
        under_way = [pool.submit(_feed_one, number, recorded, each) for number in uses]
        for number, done in enumerate(as_completed(under_way), 1):
            name, counts, lines = done.result()
            counted[name], odd = counts, odd + lines
            shown = ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS)
            say(f"{number}/{len(uses)} {name}: {shown}")
            for line in lines:
                say(f"  {line}")
    return counted, odd


def _feed_one(number, recorded, each):
    logging.disable(logging.CRITICAL)
    use, service = USES[number], Answering()
    counts, lines = Counter(), []
    for one in range(each):
        outcome = outcome_of(use, service, answers_of(use, recorded, SEED, one))
        counts[outcome.kind] += 1
        if outcome.kind == ELSE:
            lines.append(f"{use.name}, answer {one} of seed {SEED}: {outcome.seen}")
        if one % 1_000 == 0:
            gc.collect()
    service.close()
    return use.name, counts, lines


def _table(counted, found, seconds):
    order = [use.name for use in USES if use.name in counted]
    total = Counter()
    for counts in counted.values():
        total.update(counts)
    fed, failed = sum(total.values()), sum(failed for failed, _ in found.values())
    cases = sum(int(text.split()[0].replace(",", "")) for _, text in found.values())
    says = (
        f"{fed:,} mutated answers of {len(order)} uses of the endpoints: {total[PARSED]:,} were read, {total[CONTRACT]:,} were a ContractError, "
        f"{total[STATUS]:,} the error that is documented of the status, {total[ELSE]:,} anything else. "
        f"{cases:,} requests that schemathesis made of the sandbox's own descriptions: {failed:,} findings."
    )
    rows = tuple((name, sum(counted[name].values()), *(counted[name][kind] for kind in KINDS)) for name in order)
    figures = {"answers": fed, "uses": len(order), "else": total[ELSE], "requests": cases, "findings": failed}
    columns = ("endpoint", "answers:", *(f"{kind}:" for kind in KINDS))
    return Table("Mutated answers", "make fuzz", says, columns, rows, seconds, SEED, figures)


if __name__ == "__main__":
    with interruptible():
        sys.exit(main(sys.argv[1:]))
