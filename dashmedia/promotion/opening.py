"""A promotion, opened with everything it needs."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dashmedia.dam import open_dash
from dashmedia.errors import LedgerError
from dashmedia.jobs import JobRunner
from dashmedia.ledger import Heartbeat, Ledger
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.promotion.session import PromotionSession, utc_now
from dashmedia.rate import RateBudget, RequestTally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from dashmedia.dam import DashSettings
    from dashmedia.dam.job_models import Job
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.ledger.promotion_rows import PlanRows
    from dashmedia.promotion.options import PromotionOptions
    from dashmedia.rate import SharedRate
    from dashmedia.retry import RetryPolicy

FLOW = "promote_lifecycle"


@contextmanager
def open_promotion(
    options: PromotionOptions,
    settings: DashSettings,
    *,
    ledger_url: str | None,
    run_id: str,
    refresh_tokens: RefreshTokens | None = None,
    retry: RetryPolicy | None = None,
    shared_rate: SharedRate | None = None,
    now: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[PromotionSession]:
    """Everything one run needs. However it ends, the plan is let go, so that the next run need not wait for a lease.

    A dry run keeps its plan in a ledger of its own, which is removed at its end.

    Args:
        options: what was chosen.
        settings: how to reach Dash.
        ledger_url: see `Ledger.open`.
        run_id: a name known elsewhere too, such as the flow run's.
        refresh_tokens: where new refresh tokens are kept.
        retry: limits of the short repeats; None is the library's own policy.
        shared_rate: what all processes together may send; None when this one is alone.
        now: aware wall clock.
        sleep: how to wait, in seconds.
        clock: seconds that only go forward.

    Raises:
        LedgerError: the ledger cannot be opened, or knows nothing of the run to undo.
    """
    with ExitStack() as stack:
        kept = stack.enter_context(Ledger.open(ledger_url)) if not options.dry_run or options.undo_of else None
        undone = _rows_to_undo(kept, options.undo_of) if kept and options.undo_of else None
        ledger = kept if kept and not options.dry_run else stack.enter_context(_scratch_ledger())
        tally = RequestTally()
        times: dict[str, Any] = {"sleep": sleep, "clock": clock}
        budget = RateBudget(settings.requests_per_minute, shared=shared_rate, **times)
        client = stack.enter_context(
            open_dash(settings, tally=tally, budget=budget, retry=retry, refresh_tokens=refresh_tokens, **times)
        )
        run = ledger.start_run(run_id, flow=FLOW, source=settings.api_url)
        stack.callback(ledger.promotions.let_go, run)
        stack.enter_context(Heartbeat(ledger.promotions, run))

        def see(job: Job) -> None:
            session.job_share = job.share or 0.0

        runner = JobRunner(client, ledger, run, pace=options.pace, on_progress=see, **times)
        session = PromotionSession(
            options, client=client, ledger=ledger, run=run, runner=runner, account=settings.api_url, tally=tally,
            undone=undone, now=now, clock=clock,
        )  # fmt: skip
        yield session


@contextmanager
def _scratch_ledger() -> Iterator[Ledger]:
    with (
        TemporaryDirectory(prefix="dashmedia-dry-run-") as folder,
        Ledger.open(Path(folder) / "plan.sqlite3") as ledger,
    ):
        yield ledger


def _rows_to_undo(ledger: Ledger, run_id: str) -> PlanRows:
    plan = ledger.promotions.of_run(run_id)
    rows = ledger.promotions.rows(plan.plan_id) if plan else None
    if rows is None or not rows.count(of(RowState.MOVED)):
        known = "moved nothing" if rows is not None else f"is not in the ledger at {ledger.place}"
        raise LedgerError(
            f"Run {run_id} cannot be undone: it {known}. Expected the id of a run of {FLOW} that moved assets, as its "
            "report and the address of its page in the UI show it."
        )
    return rows
