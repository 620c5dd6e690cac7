"""One promotion without Prefect, and what the sandbox then holds: shared by tests that play with both."""

from contextlib import contextmanager
from datetime import UTC, datetime

from support.exporting import settings_of as dash_settings
from support.ingesting import PATIENT, brief, fast_clock

from dashmedia.dam.edits import Edit, Operation, edit_body
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.jobs import JobPace
from dashmedia.ledger.promotion_schema import Stage
from dashmedia.promotion.opening import open_promotion
from dashmedia.promotion.options import PromotionOptions
from dashmedia.promotion.planning import check_again, check_limits, is_approved_already, make_plan
from dashmedia.promotion.rules import PromotionRule
from dashmedia.promotion.settling import close_earlier, settle_earlier
from dashmedia.promotion.submitting import submit_batch, try_again
from dashmedia.promotion.verifying import verify_moves

#: Where the assets of tests lie.
FOLDER = "/UGC/2026-10"

TO_APPROVAL, TO_LIVE = Transition.STAGED_TO_PENDING_APPROVAL, Transition.PENDING_APPROVAL_TO_LIVE

#: The demo data lies in that folder too, but has other file names.
FILENAME = "seeded.jpg"
_OF_NAME = {"field": {"type": "FIXED", "fieldName": "FILENAME"}}
SEEDED = {
    "type": "OR",
    "criteria": [{"type": "FIELD_EQUALS", "value": FILENAME} | _OF_NAME, {"type": "FIELD_IS_EMPTY"} | _OF_NAME],
}

RULE = PromotionRule(name="titled", transition=TO_APPROVAL, folder=FOLDER, criterion=SEEDED, required_fields=("Title",))
LIVE_RULE = PromotionRule(name="a day old", transition=TO_LIVE, folder=FOLDER, criterion=SEEDED, minimum_age_hours=24)

#: By the clock of tests, which runs fast, this is patient on a busy machine too.
PACE = JobPace(first_s=0.5, longest_s=2, budget_s=3_600)
#: Two looks, and the job is overdue.
IMPATIENT = JobPace(first_s=0.5, longest_s=0.5, budget_s=1)


def options_of(**options):
    """One rule, small jobs, unless told otherwise."""
    return PromotionOptions(**({"rules": (RULE,), "job_size": 5, "pace": PACE} | options))


@contextmanager
def opened(sandbox, ledger, run_id="run-0001", *, now=None, **options):
    """A session to play with."""
    times = {"now": now or (lambda: datetime.now(UTC)), "sleep": brief, "clock": fast_clock}
    with open_promotion(
        options_of(**options), dash_settings(sandbox), ledger_url=str(ledger), run_id=run_id, retry=PATIENT, **times
    ) as session:
        yield session


def promote(sandbox, ledger, run_id="run-0001", *, answer=None, meanwhile=None, **options):
    """Every step, as the flow does; returns the report.

    `answer(session)` stands for a person; true approves. `meanwhile(session)` is called between the plan and the jobs.
    """
    with opened(sandbox, ledger, run_id, **options) as session:
        settle_earlier(session)
        close_earlier(session)
        make_plan(session)
        check_limits(session)
        if meanwhile:
            meanwhile(session)
        if session.planned and not session.dry_run and _agrees(session, answer):
            move(session)
        session.close()
        return session.report()


def _agrees(session, answer):
    if answer is None or is_approved_already(session):
        return True
    if not answer(session):
        return False
    check_again(session)
    return session.planned > 0


def move(session):
    """Jobs and proof, twice if an answer was lost."""
    session.advance(Stage.APPROVED)
    while True:
        while submit_batch(session):
            pass
        verify_moves(session)
        if not try_again(session):
            return


def seed(sandbox, count, state="STAGED", **options):
    """New assets in the folder of tests; their ids, in the order in which the ledger sorts them."""
    usual = {
        "folder": FOLDER,
        "filename": None if options.get("has_file") is False else FILENAME,
        "values": {"Title": True, "Usage rights": ["Social"], "Rights expire": False, "Creator": True},
    }
    return sorted(sandbox.tell("seed_assets", {"count": count, "state": state} | usual | options)["ids"])


def states_of(sandbox, ids):
    """Where these assets really are, by id; an asset that is gone is left out."""
    wanted = set(ids)
    return {each["id"]: each["state"] for each in sandbox.ask("assets") if each["id"] in wanted}


def assert_moved_once(sandbox, ids, *steps):
    """Each of these assets took exactly these transitions, and no asset that is not among them took any."""
    moves = sandbox.ask("moves")
    assert {one: moves.get(one, []) for one in ids} == {one: [str(step) for step in steps] for one in ids}


def somebody_moves(session, ids, step):
    """Another user takes these assets a step on, behind the run's back."""
    job = session.client.submit_job(JobKind.LIFECYCLE, transition_body(step, ById(tuple(ids))))
    while not job.state.is_terminal:
        job = session.client.job(JobKind.LIFECYCLE, job.id)


def somebody_clears(session, ids, field):
    """Another user empties a field of these assets."""
    _edit(session, ids, Edit(Operation.CLEAR, session.schema.field(field).id, ()))


def somebody_fills(session, ids, field, value):
    """Another user gives a field of these assets a value."""
    _edit(session, ids, Edit(Operation.REPLACE, session.schema.field(field).id, (value,)))


def _edit(session, ids, edit):
    job = session.client.submit_job(JobKind.METADATA_EDIT, edit_body(ById(tuple(ids)), [edit]))
    while not job.state.is_terminal:
        job = session.client.job(JobKind.METADATA_EDIT, job.id)
