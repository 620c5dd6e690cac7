"""Asking a person, in the UI, before anything is moved."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run, resume_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from dashmedia.promotion.planning import check_again, exclude, is_approved_already
from tasks.promotion_reports import plan_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.promotion.session import PromotionSession

log = logging.getLogger(__name__)

#: Seconds between two looks whether somebody answered.
LOOK_EVERY_S = 2

#: How much longer Prefect keeps the form open than we wait: a run that is paused beyond its time can only fail.
MARGIN_S = 3_600

NOBODY = "Nobody answered in time."


class PromotionAnswer(RunInput):
    """What a person says to the plan."""

    approve: bool = Field(False, title="Approve", description="Move the assets of the plan.")
    exclude: list[str] = Field(
        default_factory=list, title="Exclude", description="Ids of assets in the plan that stay where they are."
    )
    defer: bool = Field(
        False, title="Not now", description="Move nothing; the next run makes a new plan and asks again."
    )
    words: str = Field("", title="Words", description="Kept with the report.")


def agree(session: PromotionSession, look_every_s: int = LOOK_EVERY_S) -> bool:
    """Whether the plan may be carried out: nobody is to be asked, or a person approved it.

    After an answer the assets are read once more, because days may have passed. The flow run is paused, not suspended: the
    process waits, and the plan stays held.
    """
    if session.dry_run or not session.planned:
        return False
    if session.options.approval == "none" or is_approved_already(session):
        return True
    answer = _ask(session, look_every_s)
    session.decision = _decision(answer)
    if not answer.approve or answer.defer:
        return False
    excluded = exclude(session, answer.exclude)
    if len(answer.exclude) > excluded:
        session.remarks.append(f"{len(set(answer.exclude)) - excluded} of the excluded ids were not to move anyway.")
    gone = check_again(session)
    if gone:
        session.remarks.append(f"{gone:,} assets of the plan did not satisfy their rule any more when it was approved.")
    return session.planned > 0


def _ask(session: PromotionSession, look_every_s: int) -> PromotionAnswer:
    wait_s = timedelta(days=session.options.approval_days).total_seconds()
    form = PromotionAnswer.with_initial_data(description=plan_in_words(session))
    with _answered_after(wait_s):
        try:
            return pause_flow_run(
                wait_for_input=form, timeout=int(wait_s) + MARGIN_S, poll_interval=look_every_s, key="promotion-plan"
            )
        except FlowPauseTimeout:
            return PromotionAnswer(defer=True, words=NOBODY)


@contextmanager
def _answered_after(seconds: float) -> Iterator[None]:
    """Answer “not now” in the person's place when nobody did in time: a paused run can end well only once it is resumed."""
    over = Event()
    waiter = Thread(target=copy_context().run, args=(_answer_late, over, seconds, flow_run.id), daemon=True)
    waiter.start()
    try:
        yield
    finally:
        over.set()
        waiter.join()


def _answer_late(over: Event, seconds: float, run_id: Any) -> None:
    if not over.wait(seconds):
        resume_flow_run(run_id, run_input={"defer": True, "words": NOBODY})


def _decision(answer: PromotionAnswer) -> str:
    said = f" “{answer.words}”" if answer.words else ""
    if answer.approve and not answer.defer:
        but = f", but for {len(answer.exclude)}" if answer.exclude else ""
        return f"Approved{but}.{said}"
    if answer.words == NOBODY:
        return f"Nothing was moved: {NOBODY[0].lower()}{NOBODY[1:]}"
    return f"Nothing was moved: {'put off' if answer.defer else 'not approved'}.{said}"
