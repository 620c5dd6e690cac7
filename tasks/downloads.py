"""Download events: what is there, what is exported, and the last look that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from tasks.summaries import told

if TYPE_CHECKING:
    from dashmedia.exports.days import Day
    from dashmedia.exports.session import ExportSession


@task(task_run_name="review days", cache_policy=NO_CACHE)
def review_days(session: ExportSession) -> None:
    """Find out what each day is worth: complete, short, missing, changed since; and which are exported."""
    session.review()
    get_run_logger().info("%d of %d days are chosen", sum(day.is_chosen for day in session.days), len(session.days))


@task(task_run_name="export {day}", cache_policy=NO_CACHE)
def export_day(session: ExportSession, day: Day) -> None:
    """Fetch one local day, prove that it is complete, and publish it with its certificate."""
    session.export(day)


@task(task_run_name="confirm days", cache_policy=NO_CACHE)
def confirm_days(session: ExportSession) -> None:
    """Read again what is there, hashes included; only that decides how the run ends."""
    session.confirm()


@task(task_run_name="keep lateness", cache_policy=NO_CACHE)
def keep_lateness(session: ExportSession) -> None:
    """Add what this run measured of late events to the history beside the partitions."""
    with told(session, "The history of late events was not kept"):
        session.keep_lateness()
