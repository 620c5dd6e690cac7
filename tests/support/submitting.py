"""One batch job against the sandbox, in this process or in one that dies by SIGKILL at a chosen boundary.

Boundaries are before and after every request, and before and after every step of the ledger's row of the job.
"""

import multiprocessing
import os

from support.boundaries import numbered
from support.exporting import settings_of
from support.ingesting import PATIENT, brief, fast_clock

from dashmedia.dam import open_dash
from dashmedia.dam.criteria import Equals
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.job_models import JobKind
from dashmedia.dam.selectors import ById
from dashmedia.dam.transitions import Transition, transition_body
from dashmedia.http import Api
from dashmedia.jobs import JobPace, JobRunner
from dashmedia.ledger import Ledger
from dashmedia.ledger.jobs import KnownJobs
from dashmedia.rate import RequestTally

KIND, KEY = JobKind.LIFECYCLE, "promote the first three"

#: What is wrapped: a class and its methods that write something somewhere.
BOUNDARIES = {KnownJobs: ("claim", "submitted", "settle", "free"), Api: ("call",)}

_fork = multiprocessing.get_context("fork")


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


def submit_and_die(sandbox, ledger, ids, at):
    """Submit in a process of its own that kills itself at boundary number `at`; returns its exit code (-9, or 0)."""
    return _in_a_fork(sandbox, ledger, ids, at, None)


def count_boundaries(sandbox, ledger, ids):
    """How many boundaries a whole run passes."""
    counted = _fork.Value("i", 0)
    assert _in_a_fork(sandbox, ledger, ids, None, counted) == 0
    return counted.value


def submit_at_once(sandbox, ledger, ids, processes):
    """Submit the same request in so many processes; returns their exit codes."""
    running = [
        _fork.Process(target=_child, args=(sandbox, ledger, f"run-{n}", ids, None, None)) for n in range(processes)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    return [process.exitcode for process in running]


def _in_a_fork(sandbox, ledger, ids, at, counted):
    process = _fork.Process(target=_child, args=(sandbox, ledger, "first", ids, at, counted))
    process.start()
    process.join()
    return process.exitcode


def _child(sandbox, ledger, run_id, ids, at, counted):
    boundary = numbered(at, counted)
    for owner, names in BOUNDARIES.items():
        for name in names:
            _wrap(owner, name, boundary)
    submit(sandbox, ledger, run_id, ids)
    os._exit(0)


def _wrap(owner, name, boundary):
    inner = getattr(owner, name)

    def wrapped(*args, **kwargs):
        boundary()
        answer = inner(*args, **kwargs)
        boundary()
        return answer

    setattr(owner, name, wrapped)


def _opened(sandbox):
    return open_dash(settings_of(sandbox), tally=RequestTally(), retry=PATIENT, sleep=brief, clock=fast_clock)
