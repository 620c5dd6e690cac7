"""A process of the tests: opens the ledger when told to, claims numbered contents when told to, prints what it got.

Lines in: `open`, `claim <count>`. Lines out: `started`, `opened`, then the numbers taken, as one line.
"""

from __future__ import annotations

import hashlib
import sys

from dashmedia.ledger import Ledger, NewItem, Verdict


def item(number: int) -> NewItem:
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return NewItem("social:4242", sha256, sha256[:32], 1, f"ugc/{number}.jpg", f"{number}.jpg", "image/jpeg")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(url: str, run_id: str) -> None:
    say("started")
    sys.stdin.readline()
    with Ledger.open(url) as ledger:
        run = ledger.start_run(run_id, flow="ingest_ugc", source="ugc/")
        say("opened")
        count = int(sys.stdin.readline().split()[1])
        taken = []
        # In another order in each process, so that batches overlap in every way.
        numbers = sorted(range(count), key=lambda number: hash((number * 7919) % 104729 ^ hash(run_id) & 0xFFFF))
        for first in range(0, count, 100):
            claims = ledger.claim([item(number) for number in numbers[first : first + 100]], run)
            taken += [each.new.filename[:-4] for each in claims if each.verdict is Verdict.TAKEN]
        say(" ".join(taken))
        sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
