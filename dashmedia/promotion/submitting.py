"""Sending the jobs: large batches of ids, each written down before it is sent, so that a killed run finds its jobs again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dashmedia.dam.job_models import JobKind
from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.errors import JobFailedError, JobOverdueError, OutcomeUnknownError, RejectedError
from dashmedia.ledger.promotion_conditions import of, under
from dashmedia.ledger.promotion_schema import RowState
from dashmedia.promotion.planning import count_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashmedia.dam.job_models import Job
    from dashmedia.ledger.promotion_rows import PlanRows
    from dashmedia.promotion.session import PromotionSession

log = logging.getLogger(__name__)

#: How the report counts what the service refused as a whole.
REFUSED = "refused by the service"
#: And what was not sent, because it would have been refused alike.
NOT_SENT = "not sent after a refusal"


def submit_batch(session: PromotionSession) -> bool:
    """Send the next batch of the plan and wait for its job; false if there is nothing left to send.

    What became of the assets is not decided here but by looking where they are.

    Raises:
        TransientError: the service stays silent; the next run waits for the same job.
        LedgerError: another run took the plan over.
    """
    transition = next(iter(session.planned_by_transition()), None)
    if transition is None or session.is_refused:
        return False
    if not session.before:
        session.to_move = session.to_move or session.planned
        session.before = {state: count_in(session, state) for state in session.states_touched()}
    # Never used a second time, so a job that is lost or failed stays in the ledger as it ended.
    key = f"promotion {session.rows.plan_id} {session.next_number()} {transition}"
    ids = session.rows.next_batch(session.run, transition, session.options.job_size, key)
    session.in_job = len(ids)
    settle_job(session, session.rows, key, Transition(transition), ids)
    session.step_on(len(ids))
    return True


def try_again(session: PromotionSession) -> bool:
    """Plan anew, once a run, what was in a job whose answer was lost and has demonstrably not moved; whether there is any."""
    lost = sorted(session.lost)
    if not lost or session.has_tried_again or session.is_refused:
        return False
    released = sum(session.rows.settle(RowState.PLANNED, of(RowState.FAILED) & under(key)) for key in lost)
    log.info("%d assets of %d jobs without an answer have not moved; they are sent once more", released, len(lost))
    session.start_anew()
    return released > 0


def settle_job(session: PromotionSession, rows: PlanRows, key: str, step: Transition, ids: Collection[str]) -> None:
    """Send the job, or find the one that was sent under this key, and wait for it; notes why its outcome is in doubt."""
    try:
        job = session.runner.run(JobKind.LIFECYCLE, key, transition_body(step, ById(tuple(ids))))
    except JobFailedError as error:
        _note(session, rows, error.job, ids)
        session.doubt(key, str(error))
    except JobOverdueError as error:
        session.doubt(key, str(error), is_overdue=True)
    except OutcomeUnknownError as error:
        session.doubt(key, str(error), is_lost=True)
    except RejectedError as error:
        if session.ledger.attach(key) is not None:
            raise  # it was taken, and only the look at it was refused
        session.is_refused = True
        rows.settle(RowState.FAILED, of(RowState.SUBMITTED) & under(key), REFUSED, str(error))
        rows.settle(RowState.FAILED, of(RowState.PLANNED), NOT_SENT, "an earlier job of this run was refused")
    else:
        _note(session, rows, job, ids)


def _note(session: PromotionSession, rows: PlanRows, job: Job, ids: Collection[str]) -> None:
    """Keep the words on each failure; a job that says less than everything succeeded is checked asset by asset."""
    wanted = set(ids)
    rows.note({key: words for key, words in job.failures.items() if key in wanted})
    if job.failures or wanted - job.successes.keys():
        session.is_doubtful = True
        log.info("job %s: %d done, %d failed, of %d", job.id, len(job.successes), len(job.failures), len(wanted))
