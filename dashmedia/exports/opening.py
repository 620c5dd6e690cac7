"""A run over download events, opened with everything it needs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dashmedia.dam import open_dash
from dashmedia.exports.days import choose_days
from dashmedia.exports.fetch import utc_now
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.session import ExportSession
from dashmedia.exports.stores import open_store
from dashmedia.rate import RateBudget, RequestTally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from dashmedia.dam import DashSettings
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.exports.options import ExportOptions
    from dashmedia.rate import SharedRate
    from dashmedia.retry import RetryPolicy


@contextmanager
def open_export(
    options: ExportOptions,
    settings: DashSettings,
    *,
    run_id: str,
    refresh_tokens: RefreshTokens | None = None,
    rules: ExportRules | None = None,
    retry: RetryPolicy | None = None,
    shared_rate: SharedRate | None = None,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[ExportSession]:
    """Everything one run needs, opened in the order in which a person's mistakes are cheapest to find.

    Args:
        options: what was chosen.
        settings: how to reach Dash.
        run_id: for the report.
        refresh_tokens: keeps each new refresh token.
        rules: how exports go about it; None is the library's own.
        retry: limits of the short repeats; None is the library's own policy.
        shared_rate: what all processes together may send; None when this one is alone.
        now: aware wall clock.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.

    Raises:
        WindowError: the days or the zone make no sense.
        DestinationError: the destination cannot be written.
    """
    rules = rules or ExportRules()
    days = choose_days(options, now(), rules.settle_s)
    if not options.dry_run:
        _require_writable(options.destination)
    tally = RequestTally()
    budget = RateBudget(settings.requests_per_minute, shared=shared_rate, sleep=sleep, clock=clock)
    with (
        open_dash(
            settings, tally=tally, budget=budget, retry=retry, refresh_tokens=refresh_tokens, sleep=sleep, clock=clock
        ) as client,
        ThreadPoolExecutor(rules.threads, "export") as readers,
    ):
        yield ExportSession(
            options, days=days, run_id=run_id, client=client, tally=tally, rules=rules, now=now, clock=clock,
            requests_per_minute=settings.requests_per_minute, readers=readers,
        )  # fmt: skip


def _require_writable(destination: str) -> None:
    """Find out before the first request; on an object store the first partition finds out."""
    with open_store(destination) as store:
        store.stage("writable", lambda sink: sink.write(b""))
