from __future__ import annotations

import logging
import pickle

import httpx
import pytest

from dashmedia.dam.job_models import JobKind, JobState
from dashmedia.errors import (
    ContractError,
    JobFailedError,
    JobGoneError,
    JobOverdueError,
    OutcomeUnknownError,
    RejectedError,
    TransientError,
)
from dashmedia.ledger import JobStage

KIND = JobKind.LIFECYCLE
BODY = {"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_ID", "ids": ["a-1"]}}
RUNNING = (
    200,
    {"id": "j-1", "type": "IN_PROGRESS", "progress": {"steps": [{"name": "move", "total": 4, "completed": 1}]}},
)
COMPLETE = (
    200,
    {"id": "j-1", "type": "COMPLETE", "result": {"successes": {"a-1": {}}, "failures": {"a-2": "wrong state"}}},
)
FAILED = 200, {"id": "j-1", "type": "FAILED", "error": "out of space", "result": {"successes": {"a-1": {}}}}
GONE = 404, {"message": "There is none."}


def run(runner, key="promote"):
    return runner.run(KIND, key, BODY)


def test_a_job_is_submitted_once_and_followed_to_its_end(runner, service, ledger, fake_time):
    service.looks = [RUNNING, RUNNING, COMPLETE]

    job = run(runner())

    assert (job.state, dict(job.successes), dict(job.failures)) == (
        JobState.COMPLETE,
        {"a-1": {}},
        {"a-2": "wrong state"},
    )
    assert (service.submitted, service.looked) == (1, ["j-1"] * 3)
    assert fake_time.naps[0] == 0.5
    assert ledger.attach("promote").stage is JobStage.DONE


def test_a_job_that_is_complete_when_it_is_submitted_is_not_asked_for(runner, service, fake_time):
    service.submits = [COMPLETE]

    assert run(runner()).state is JobState.COMPLETE
    assert (service.looked, fake_time.naps) == ([], [])


def test_a_restarted_run_attaches_to_the_job_it_had_submitted(runner, service):
    service.looks = [RUNNING] + [(503, {})] * 10 + [RUNNING, COMPLETE]
    with pytest.raises(TransientError, match="answered 503"):
        run(runner())

    job = run(runner("run-2"))

    assert (job.state, service.submitted) == (JobState.COMPLETE, 1)


def test_a_job_that_ended_earlier_is_read_once_more_and_not_submitted_again(runner, service, fake_time):
    service.looks = [COMPLETE]
    run(runner())
    fake_time.naps.clear()

    job = run(runner("run-2"))

    assert (dict(job.successes), service.submitted, service.looked, fake_time.naps) == ({"a-1": {}}, 1, ["j-1"] * 2, [])


@pytest.mark.parametrize(
    "answer", [(502, {}), httpx.ReadTimeout("slow"), (200, "no job"), (200, {"type": "IN_PROGRESS"})]
)
def test_a_request_whose_answer_is_lost_is_never_sent_again_before_somebody_looked(runner, service, answer):
    service.submits, service.looks = [answer, RUNNING], [COMPLETE]
    first, second = runner(), runner("run-2")
    with pytest.raises((OutcomeUnknownError, ContractError)):
        run(first)
    for again in (first, second, second):
        with pytest.raises(OutcomeUnknownError, match="run run-1 submitted the same request at 2026-11-21"):
            run(again)
    sent_before = service.submitted

    was_let_go = second.forget("promote")
    job = run(second)

    assert (sent_before, was_let_go, job.state, service.submitted) == (1, True, JobState.COMPLETE, 2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [((400, {"message": "no selector"}), RejectedError), (httpx.ConnectError("down"), TransientError)],
)
def test_a_request_that_had_no_effect_leaves_its_key_free(runner, service, ledger, answer, error):
    service.submits, service.looks = [answer] * 10 + [RUNNING], [COMPLETE]
    with pytest.raises(error):
        run(runner())
    service.submits = [RUNNING]

    job = run(runner())

    assert job.state is JobState.COMPLETE


def test_a_run_that_is_stopped_while_it_submits_leaves_the_question_open(runner, service):
    service.submits = [_stop]
    with pytest.raises(KeyboardInterrupt):
        run(runner())

    with pytest.raises(OutcomeUnknownError):
        run(runner("run-2"))


def _stop():
    raise KeyboardInterrupt


def test_a_job_that_failed_keeps_what_became_of_its_items(runner, service, ledger):
    service.looks = [RUNNING, FAILED]

    with pytest.raises(
        JobFailedError, match=r"job j-1 ended as FAILED: out of space; 1 of its items were done"
    ) as caught:
        run(runner())

    assert dict(caught.value.job.successes) == {"a-1": {}}
    assert pickle.loads(pickle.dumps(caught.value)).job.id == "j-1"
    assert ledger.attach("promote").stage is JobStage.FAILED


def test_a_job_that_failed_is_submitted_anew_only_when_somebody_looked(runner, service):
    service.looks = [FAILED, FAILED, COMPLETE]
    first = runner()
    for _ in range(2):
        with pytest.raises(JobFailedError):
            run(first)
    sent_before = service.submitted

    first.forget("promote")
    job = run(first)

    assert (sent_before, service.submitted, job.state) == (1, 2, JobState.COMPLETE)


def test_an_overdue_job_is_named_with_its_last_state_and_waited_for_by_the_next_run(runner, service, fake_time):
    service.looks = [RUNNING]
    begun = fake_time.now
    with pytest.raises(JobOverdueError, match=r"job j-1 was still IN_PROGRESS, 25% done after 100 s") as caught:
        run(runner(budget_s=100))
    waited_s = fake_time.now - begun
    service.looks = [COMPLETE]

    job = run(runner("run-2"))

    assert (waited_s, caught.value.waited_s, caught.value.job.id) == (100, 100, "j-1")
    assert (job.state, service.submitted) == (JobState.COMPLETE, 1)


def test_an_overdue_job_cannot_be_let_go(runner, service):
    service.looks = [RUNNING]
    first = runner(budget_s=100)
    with pytest.raises(JobOverdueError):
        run(first)

    assert not first.forget("promote")


def test_an_unknown_word_is_logged_once_and_named_when_the_budget_ends(runner, service, caplog):
    caplog.set_level(logging.WARNING, "dashmedia")
    service.looks = [(200, {"id": "j-1", "type": "NAPPING"})]

    with pytest.raises(JobOverdueError, match="was still NAPPING after 1,000 s"):
        run(runner(budget_s=1_000))

    assert sum("NAPPING" in record.message for record in caplog.records) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_job_that_the_service_no_longer_knows_is_named_and_looked_up_before_it_is_submitted_anew(
    runner, service, status
):
    service.looks = [RUNNING, (status, GONE[1]), COMPLETE]
    first = runner()
    with pytest.raises(JobGoneError, match=r"job j-1, submitted at 2026-11-21 .* is not known there: There is none"):
        run(first)
    with pytest.raises(OutcomeUnknownError, match="as job j-1, which the service no longer knows"):
        run(first)
    sent_before = service.submitted

    first.forget("promote")
    run(first)

    assert (sent_before, service.submitted) == (1, 2)


def test_another_refusal_of_a_look_is_passed_on_and_the_job_stays_known(runner, service, ledger):
    service.looks = [(403, {"message": "not yours"}), COMPLETE]

    with pytest.raises(RejectedError, match="not yours"):
        run(runner())

    assert ledger.attach("promote").stage is JobStage.SUBMITTED


def test_a_run_waits_while_another_submits_the_same_request_and_attaches(runner, service, ledger, fake_time):
    other = ledger.start_run("run-0", flow="promote_lifecycle", source="rules")
    row, _ = ledger.jobs.claim(other, request_key="promote", kind=KIND)
    service.looks = [COMPLETE]

    def answered(seconds):
        fake_time.sleep(seconds)
        if len(fake_time.naps) == 3:
            ledger.jobs.submitted(row, "j-1")

    job = run(runner(sleep=answered))

    assert (job.state, service.submitted, fake_time.naps) == (JobState.COMPLETE, 0, [0.5] * 3)


def test_a_run_submits_itself_when_the_other_was_refused(runner, service, ledger, fake_time):
    other = ledger.start_run("run-0", flow="promote_lifecycle", source="rules")
    row, _ = ledger.jobs.claim(other, request_key="promote", kind=KIND)
    service.looks = [COMPLETE]

    def refused(seconds):
        fake_time.sleep(seconds)
        ledger.jobs.free(row)

    job = run(runner(sleep=refused))

    assert (job.state, service.submitted) == (JobState.COMPLETE, 1)


def test_another_run_that_never_ends_its_submission_is_named_when_the_budget_ends(runner, service, ledger):
    other = ledger.start_run("run-0", flow="promote_lifecycle", source="rules")
    ledger.jobs.claim(other, request_key="promote", kind=KIND)

    with pytest.raises(TransientError, match="run run-0 was still submitting the same request"):
        run(runner(budget_s=10))

    assert service.submitted == 0


def test_a_submission_whose_run_is_gone_is_lost(runner, service, ledger, fake_time):
    other = ledger.start_run("run-0", flow="promote_lifecycle", source="rules")
    ledger.jobs.claim(other, request_key="promote", kind=KIND)
    fake_time.now += ledger.lease_s

    with pytest.raises(OutcomeUnknownError, match=r"run run-0 submitted the same request .* no answer is known"):
        run(runner())


def test_an_answer_that_comes_after_its_request_was_let_go_is_followed_all_the_same(runner, service, ledger, caplog):
    caplog.set_level(logging.WARNING, "dashmedia")
    service.looks = [COMPLETE]

    def late():
        ledger.jobs.free(ledger.attach("promote"))
        return RUNNING

    service.submits = [late]

    assert run(runner()).state is JobState.COMPLETE
    assert "its answer came after its request was let go" in caplog.text


def test_what_another_run_submitted_anew_is_not_let_go(runner, service):
    service.submits, service.looks = [(502, {}), RUNNING], [COMPLETE]
    first, second = runner(), runner("run-2")
    for one in (first, second):
        with pytest.raises(OutcomeUnknownError):
            run(one)
    second.forget("promote")
    run(second)

    assert not first.forget("promote")
    assert (run(first).state, service.submitted) == (JobState.COMPLETE, 2)


def test_a_request_that_nobody_made_cannot_be_let_go(runner):
    assert not runner().forget("promote")


def test_progress_is_told_at_every_look(runner, service):
    told = []
    service.looks = [RUNNING, COMPLETE]

    run(runner(on_progress=told.append))

    assert [(job.state, job.share) for job in told] == [
        (JobState.RUNNING, None), (JobState.RUNNING, 0.25), (JobState.COMPLETE, None),
    ]  # fmt: skip
