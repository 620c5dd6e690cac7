"""One process that sends as much as it may: `python -m benchmarks.one_sender SECONDS THREADS` prints how many requests it sent.

Its rate is this process's part of what all share, as a flow run has it (`tasks.leased_rate`).
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from dashmedia.rate import RateBudget, RequestTally
from dashmedia.settings import SocialSettings
from dashmedia.social import open_social
from tasks.leased_rate import SOCIAL_LIMIT, leased_rate


def main() -> None:
    """Ask who we are, again and again: a request that nothing but the limit slows down."""
    seconds, threads = float(sys.argv[1]), int(sys.argv[2])
    settings, tally = SocialSettings.from_env(os.environ), RequestTally()
    with leased_rate(SOCIAL_LIMIT, settings.requests_per_minute) as shared:
        if shared is None:
            raise SystemExit(f"The Prefect server has no limit {SOCIAL_LIMIT}: nothing would be shared.")
        budget = RateBudget(settings.requests_per_minute, shared=shared)
        with open_social(settings, tally=tally, budget=budget) as client, ThreadPoolExecutor(threads) as pool:
            print("ready", flush=True)
            sys.stdin.readline()
            end = time.monotonic() + seconds

            def send(_: int) -> None:
                while time.monotonic() < end:
                    client.identity()

            list(pool.map(send, range(threads)))
    print(sum(tally.counts().values()))


if __name__ == "__main__":
    main()
