from __future__ import annotations

import logging

import pytest

from dashmedia.dam.job_models import JobKind, JobState, JobStep
from dashmedia.dam.job_reading import read_job, read_submitted_job
from dashmedia.errors import ContractError

KIND = JobKind.LIFECYCLE
RUNNING = {"id": "j-1", "type": "IN_PROGRESS", "status": "PENDING", "progress": {"steps": []}}


def complete(**members):
    return RUNNING | {"type": "COMPLETE", "dateCompleted": "2031-03-04T10:11:20.002Z"} | members


def test_a_job_that_runs_says_how_far_it_is():
    steps = [{"name": "move", "total": 8, "completed": 3}, {"name": "index", "total": 2, "completed": 0}]

    job = read_job(KIND, RUNNING | {"progress": {"steps": steps}})

    assert (job.id, job.state, job.word, job.share) == ("j-1", JobState.RUNNING, "IN_PROGRESS", 0.3)
    assert job.steps == (JobStep("move", 3, 8), JobStep("index", 0, 2))


@pytest.mark.parametrize(
    "progress",
    [None, {}, "half", {"steps": None}, {"steps": ["half"]}, {"steps": [{"done": 3, "of": 8}]}, {"steps": [{"total": 0, "completed": 0}]},
     {"steps": [{"total": 8}]}],
)  # fmt: skip
def test_steps_without_both_numbers_tell_nothing(progress):
    assert read_job(KIND, RUNNING | {"progress": progress}).share is None


def test_more_items_done_than_there_are_is_all_of_them():
    steps = {"steps": [{"total": 8, "completed": 9}]}

    assert read_job(KIND, RUNNING | {"progress": steps}).share == 1.0


@pytest.mark.parametrize("word", ["COMPLETE", "COMPLETED", "SUCCEEDED", "complete"])
def test_words_for_complete(word):
    assert read_job(KIND, RUNNING | {"type": word}).state is JobState.COMPLETE


@pytest.mark.parametrize("word", ["FAILED", "ERROR", "CANCELLED"])
def test_words_for_failed(word):
    job = read_job(KIND, RUNNING | {"type": word, "error": {"message": "out of space"}})

    assert (job.state, job.word, job.reason) == (JobState.FAILED, word, "out of space")


def test_a_job_that_failed_without_a_word_why():
    assert read_job(KIND, RUNNING | {"type": "FAILED"}).reason is None


@pytest.mark.parametrize("word", ["IN_PROGRESS", "FAILED", "PAUSED", None, 7])
def test_a_job_with_a_date_of_completion_is_complete_whatever_its_type(word):
    assert read_job(KIND, complete(type=word)).state is JobState.COMPLETE


def test_an_unknown_word_is_logged_once(caplog):
    caplog.set_level(logging.WARNING, "dashmedia")

    states = {read_job(KIND, RUNNING | {"type": "HIBERNATING"}).state for _ in range(3)}

    assert states == {JobState.UNKNOWN}
    assert [record.message for record in caplog.records if "HIBERNATING" in record.message] == [
        "GET asset-lifecycle-transition-batch-jobs: a job of type HIBERNATING, which nobody told us of; it is taken for running"
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"result": {"successes": {"a": {"result": {"x": 1}}}, "failures": {"b": {"message": "wrong state"}}}},
        {"result": {"successes": {"a": {"x": 1}}, "failures": {"b": "wrong state"}}},
        {"successes": {"a": {"result": {"x": 1}}}, "failures": {"b": {"error": "wrong state"}}},
        {"result": {"successes": [{"batchItemId": "a", "result": {"x": 1}}], "failures": [{"batchItemId": "b", "message": "wrong state"}]}},
        {"result": {"successes": [{"batchItemId": "a", "x": 1}], "failures": [{"batchItemId": "b", "error": {"message": "wrong state"}}]}},
        {"result": [{"batchItemId": "a", "result": {"x": 1}}, {"batchItemId": "b", "message": "wrong state"}]},
        {"result": {}, "successes": {"a": {"result": {"x": 1}}}, "failures": {"b": {"detail": "wrong state"}}},
    ],
)  # fmt: skip
def test_every_way_to_tell_what_became_of_the_items(told):
    job = read_job(JobKind.ASSET_AND_UPLOAD, complete(**told))

    assert (job.successes, job.failures) == ({"a": {"x": 1}}, {"b": "wrong state"})


@pytest.mark.parametrize(
    ("entry", "inner"),
    [({}, {}), (None, {}), (True, {}), ({"result": None}, {}), ({"result": [1]}, [1]), ([1], [1]),
     ({"permittedActions": []}, {})],
)  # fmt: skip
def test_a_success_without_an_inner_result_is_one_all_the_same(entry, inner):
    assert read_job(KIND, complete(result={"successes": {"a": entry}})).successes == {"a": inner}


def test_assets_listed_by_their_ids_succeeded():
    told = {"successes": ["a", {"assetId": "b"}, {"id": "c"}], "failures": []}

    assert read_job(KIND, complete(result=told)).successes == {"a": {}, "b": {"assetId": "b"}, "c": {"id": "c"}}


@pytest.mark.parametrize(
    ("failure", "words"),
    [({"code": "E7", "message": "wrong state"}, "wrong state (E7)"), ({"code": 409}, "409"), (None, "no words given"),
     ({"unheard": "of"}, "no words given"), ("see https://s.example/a?X-Amz-Signature=abc", "see https://s.example/a?[hidden]"),
     ("x" * 500, "x" * 199 + "…")],
)  # fmt: skip
def test_the_words_of_a_failure(failure, words):
    assert read_job(KIND, complete(result={"failures": {"b": failure}})).failures == {"b": words}


@pytest.mark.parametrize(
    ("answer", "member"),
    [
        ([], "job"),
        ({"type": "IN_PROGRESS"}, "id"),
        ({"id": "j-1"}, "type"),
        ({"id": "j-1", "type": 7}, "type"),
        (complete(result={"successes": 3}), "result.successes"),
        (complete(failures="all"), "failures"),
        (complete(result={"failures": [{"message": "no key"}]}), "result.failures[0].batchItemId"),
    ],
)
def test_an_answer_without_what_is_needed_names_it(answer, member):
    with pytest.raises(ContractError, match="GET asset-lifecycle-transition-batch-jobs") as caught:
        read_job(KIND, answer)

    assert caught.value.member == member


@pytest.mark.parametrize("kind", [JobKind.ASSET_AND_UPLOAD, JobKind.ASSET_UPLOAD])
def test_a_complete_upload_job_must_tell_where_the_bytes_go(kind):
    with pytest.raises(ContractError, match=r"result\.successes"):
        read_job(kind, complete(result="https://s.example"))


def test_a_complete_transition_may_tell_nothing_as_assets_are_searched_afterwards():
    job = read_job(KIND, complete())

    assert (job.successes, job.failures) == ({}, {})


def test_a_new_job_needs_nothing_but_its_id():
    job = read_submitted_job(KIND, {"id": "j-1"})

    assert (job.id, job.state) == ("j-1", JobState.RUNNING)


def test_a_job_that_was_asked_for_by_its_id_need_not_repeat_it():
    assert read_job(KIND, {"type": "IN_PROGRESS"}, job_id="j-1").id == "j-1"


def test_a_signed_url_is_in_no_text_of_a_job():
    told = {"successes": {"a": {"result": {"parts": [{"url": "https://s.example/1?X-Amz-Signature=5ecret"}]}}}}

    assert "5ecret" not in repr(read_job(JobKind.ASSET_AND_UPLOAD, complete(result=told)))
