"""A process that dies by SIGKILL anywhere around a job leaves a state from which the job is submitted exactly once."""

from __future__ import annotations

import signal

import pytest
from support.submitting import KEY, KIND, SUBMISSION, staged, submit, submit_at_once

from dashmedia.dam.job_models import JobState
from dashmedia.errors import OutcomeUnknownError


def submitted(sandbox):
    """How often the service took the job."""
    return sandbox.ask("requests").get("submit_lifecycle_job", 0)


def states_of(sandbox, ids):
    return {asset["state"] for asset in sandbox.ask("assets") if asset["id"] in ids}


def resolve(sandbox, ids):
    """What a caller does whose request may be lost: it looks, then lets go of it. How often it was taken until then."""

    def act(runner, body):
        try:
            return runner.run(KIND, KEY, body), None
        except OutcomeUnknownError:
            before = submitted(sandbox)
            runner.forget(KEY)
            return runner.run(KIND, KEY, body), before

    return act


def test_a_kill_at_any_boundary_submits_no_job_a_second_time_before_somebody_looked(sandbox, tmp_path, record_property):
    ids = staged(sandbox)
    total = SUBMISSION.count(sandbox, tmp_path / "count.sqlite", "count", ids)
    fates = {}

    for at in range(1, total + 1):
        sandbox.tell("reset")
        ledger = tmp_path / f"{at}.sqlite"
        died = SUBMISSION.die(sandbox, ledger, "first", ids, at=at)
        taken = submitted(sandbox)
        job, taken_before_the_look = submit(sandbox, ledger, "second", ids, resolve(sandbox, ids))

        assert died == -signal.SIGKILL, at
        assert taken <= 1, at
        assert taken_before_the_look in (None, taken), at
        assert job.state is JobState.COMPLETE, at
        assert states_of(sandbox, ids) == {"PENDING_APPROVAL"}, at
        fates[at] = submitted(sandbox) - taken, "looked" if taken_before_the_look is not None else "went on"
    assert set(fates.values()) == {(1, "went on"), (1, "looked"), (0, "went on")}
    record_property("kills", f"{total} boundaries: {fates}")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_request_whose_answer_was_lost_is_not_sent_again(sandbox, tmp_path, kind):
    ids = staged(sandbox)
    sandbox.tell("faults", [{"endpoint": "submit_lifecycle_job", "kind": kind, "times": 1}])

    for run_id in ("first", "second"):
        with pytest.raises(OutcomeUnknownError):
            submit(sandbox, tmp_path / "ledger.sqlite", run_id, ids)

    assert submitted(sandbox) == 1


def test_a_refused_request_can_be_made_again(sandbox, tmp_path):
    ids = staged(sandbox)
    sandbox.tell("faults", [{"endpoint": "submit_lifecycle_job", "kind": "status", "status": 429, "times": 2}])

    job = submit(sandbox, tmp_path / "ledger.sqlite", "first", ids)

    assert job.state is JobState.COMPLETE


def test_of_several_runs_at_once_exactly_one_submits_and_all_see_the_end(sandbox, tmp_path):
    ids = staged(sandbox)
    sandbox.tell("faults", [{"endpoint": "submit_lifecycle_job", "kind": "delay_ms", "delay_ms": 300, "times": 1}])

    codes = submit_at_once(sandbox, tmp_path / "ledger.sqlite", ids, 4)

    assert codes == [0] * 4
    assert submitted(sandbox) == 1
    assert states_of(sandbox, ids) == {"PENDING_APPROVAL"}


@pytest.mark.parametrize(
    "variant",
    [
        {"job_polls": 0},
        {"job_word": "SUCCEEDED", "job_dated": False, "job_result": "top_level"},
        {"job_word": None, "job_entries": "list"},
        {"job_word": "HIBERNATED", "job_steps": "missing"},
        {"job_steps": "other", "job_failures": "string", "job_failing_every": 2},
    ],
)
def test_whatever_way_the_service_tells_it_the_job_is_complete(sandbox, tmp_path, variant):
    ids = staged(sandbox)
    sandbox.tell("variant", variant)

    job = submit(sandbox, tmp_path / "ledger.sqlite", "first", ids)

    assert job.state is JobState.COMPLETE
    assert {*job.successes, *job.failures} == set(ids)
