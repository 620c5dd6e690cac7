"""One batch job against the sandbox, in this process or in one that dies by SIGKILL at a chosen boundary.

Boundaries are those of `support.effects`.
"""

from pathlib import Path

from support.boundaries import Mortal
from support.exporting import settings_of
from support.ingesting import PATIENT, brief, fast_clock

from dashmedia.dam import open_dash
from dashmedia.dam.criteria import Equals
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.jobs import JobPace, JobRunner
from dashmedia.ledger import Ledger
from dashmedia.rate import RequestTally

KIND, KEY = JobKind.LIFECYCLE, "promote the first three"


def staged(sandbox, count=3):
    """The ids of staged assets."""
    with _opened(sandbox) as client:
        page = client.search_assets(Equals(Fixed("LIFECYCLE_STATE"), "STAGED"), 0, count)
    return tuple(asset.id for asset in page.records)


def submit(sandbox, ledger, run_id, ids, act=lambda runner, body: runner.run(KIND, KEY, body)):
    """The job that moves these assets on, or what else `act` does with runner and body."""
    body = transition_body(Transition.STAGED_TO_PENDING_APPROVAL, ById(ids))
    with _opened(sandbox) as client, Ledger.open(ledger) as opened:
        run = opened.start_run(run_id, flow="promote_lifecycle", source="rules")
        return act(JobRunner(client, opened, run, pace=JobPace(), clock=fast_clock, sleep=brief), body)


def submit_at_once(sandbox, ledger, ids, processes):
    """Submit the same request in so many processes; returns their exit codes."""
    running = [SUBMISSION.start(sandbox, ledger, f"run-{number}", ids) for number in range(processes)]
    return [process.join() for process in running]


def _submit(sandbox, ledger, run_id, ids):
    submit(sandbox, ledger, run_id, ids)
    return True


#: Takes what `submit` takes, without `act`.
SUBMISSION = Mortal(_submit, lambda _sandbox, ledger, *_: Path(ledger).parent)


def _opened(sandbox):
    return open_dash(settings_of(sandbox), tally=RequestTally(), retry=PATIENT, sleep=brief, clock=fast_clock)
