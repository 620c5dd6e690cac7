"""Steps of a promotion: what an earlier run left, the plan, the jobs, and the proof."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from dashmedia.ledger.promotion_schema import Stage
from dashmedia.promotion.opening import open_promotion
from dashmedia.promotion.planning import check_limits, make_plan
from dashmedia.promotion.settling import close_earlier, settle_earlier
from dashmedia.promotion.submitting import submit_batch, try_again
from dashmedia.promotion.verifying import verify_moves
from tasks.dash_credentials import dash_access
from tasks.leased_rate import DAM_LIMIT, leased_rate
from tasks.live_events import announce_live
from tasks.progress import Progress, shown
from tasks.promotion_reports import publish_plan
from tasks.sessions import attempt_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.promotion.options import PromotionOptions
    from dashmedia.promotion.session import PromotionSession


@contextmanager
def open_promotion_session(options: PromotionOptions, credentials: str) -> Iterator[PromotionSession]:
    """A promotion whose run id is the flow run's, shown in the UI while it goes on."""
    settings, tokens = dash_access(credentials)
    with (
        leased_rate(DAM_LIMIT, settings.requests_per_minute) as rate,
        open_promotion(
            options,
            settings,
            ledger_url=os.environ.get("DASH_LEDGER_URL"),
            run_id=attempt_id(),
            refresh_tokens=tokens,
            shared_rate=rate,
        ) as session,
        shown("promotion-progress", follow(session)),
    ):
        yield session


def follow(session: PromotionSession) -> Callable[[], Progress]:
    """A look at how many assets were looked at, then at how many were moved."""

    def look() -> Progress:
        if session.to_move:
            done = session.stepped + int(session.in_job * session.job_share)
            return Progress("assets", done, session.to_move, "assets moved")
        return Progress("assets", session.looked_at, None, f"{session.looked_at:,} assets looked at", is_bound=True)

    return look


def plan_promotion(session: PromotionSession) -> None:
    """First what a killed run left under way, then the plan, for everybody to read, and then the limits.

    Raises:
        LimitExceededError: the plan is published, and nothing was moved.
    """
    settle_earlier_run(session)
    read_assets(session)
    publish_plan(session)
    check_limits(session)


@task(task_run_name="settle earlier run", cache_policy=NO_CACHE)
def settle_earlier_run(session: PromotionSession) -> None:
    """Find out what became of the jobs of a run that was killed."""
    settle_earlier(session)
    if session.earlier is not None:
        announce_live(session, session.earlier_rows)
        close_earlier(session)
        get_run_logger().info("the earlier run had moved %d assets", session.settled)


@task(task_run_name="read assets", cache_policy=NO_CACHE)
def read_assets(session: PromotionSession) -> None:
    """Read every asset in the scope of a rule and decide about it."""
    make_plan(session)
    get_run_logger().info("%d of %d assets would move", session.planned, session.looked_at)


def move_assets(session: PromotionSession) -> None:
    """Everything that is planned has moved, or is known not to have."""
    session.advance(Stage.APPROVED)
    while True:
        while send_batch(session):
            pass
        look_where_they_are(session)
        if not try_again(session):
            break
    announce_live(session, session.rows)


@task(task_run_name="move a batch", cache_policy=NO_CACHE)
def send_batch(session: PromotionSession) -> bool:
    """Send one job and wait until it has ended; false if nothing is left to send."""
    return submit_batch(session)


@task(task_run_name="verify moves", cache_policy=NO_CACHE)
def look_where_they_are(session: PromotionSession) -> None:
    """Search for every asset that was sent: only where it is now decides."""
    verify_moves(session)


def named_by_rules() -> str:
    """The flow run's name: what is promoted, or undone."""
    asked = flow_run.parameters
    if asked.get("undo_of"):
        return f"undo promotion {asked['undo_of']}"
    names = ", ".join(_name(rule) for rule in asked.get("rules") or ())
    return f"promote: {names}"[:200]


def _name(rule: object) -> str:
    return str(rule["name"] if isinstance(rule, dict) else getattr(rule, "name", rule))
