"""What a killed run left under way: its jobs are found again, and each of their assets is settled before anything new is sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_conditions import of, under
from dashmedia.ledger.promotion_schema import RowState, Stage
from dashmedia.promotion.submitting import settle_job
from dashmedia.promotion.verifying import read_sources, read_targets, settle_each

if TYPE_CHECKING:
    from dashmedia.ledger.promotion_rows import PlanRows
    from dashmedia.promotion.session import PromotionSession

log = logging.getLogger(__name__)

#: What is said of an asset that a killed run was about to send.
BROKEN_OFF = "its run ended before the asset had moved; this one looks at it anew"


def settle_earlier(session: PromotionSession) -> None:
    """Take the account's unfinished plan over, and find out what became of everything that it submitted.

    A dry run leaves it alone.

    Raises:
        LedgerError: its run is at work, or waits for an answer.
    """
    plan = session.find_earlier()
    if plan is None:
        return
    log.info("run %s left its plan under way; what it had submitted is settled first", plan.run_id)
    rows = session.earlier_rows
    for key, transition in rows.keys_under_way():
        _end_job(session, rows, key, Transition(transition))
    read_sources(session, rows)
    read_targets(session, rows, plan.created_at)
    settle_each(session, rows, is_last=True)
    session.forget_doubts()


def _end_job(session: PromotionSession, rows: PlanRows, key: str, step: Transition) -> None:
    """Wait for a job that was sent; one that was never sent stays unsent, as its plan may be out of date."""
    if session.ledger.attach(key) is None:
        session.doubt(key, BROKEN_OFF)
        return
    settle_job(session, rows, key, step, rows.ids(of(RowState.SUBMITTED) & under(key)))


def close_earlier(session: PromotionSession) -> None:
    """The earlier plan is over; what it had approved and not moved is looked at anew."""
    if session.earlier is not None:
        session.ledger.promotions.advance(session.earlier, session.run, Stage.ENDED)
        session.note_earlier()
