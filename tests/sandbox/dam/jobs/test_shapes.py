import pytest

from sandbox.dam.jobs import shapes
from sandbox.dam.jobs.tables import JobRow
from sandbox.dam.variant import Variant

TOLD = [("row-1", {"id": "a"}, None), ("row-2", None, "No such thing.")]


def shown(ended_ms=5, end="complete", **variant):
    row = JobRow("j", "asset-upload-batch-jobs", 1, ended_ms, 4, 2, 1, 2, 4, end)
    return shapes.job(row, "auth0|me", TOLD, Variant(**variant))


def test_a_complete_job_has_successes_and_failures_by_key():
    assert shown()["result"] == {
        "successes": {"row-1": {"result": {"id": "a"}, "permittedActions": []}},
        "failures": {"row-2": {"message": "No such thing."}},
    }


@pytest.mark.parametrize("word", ["COMPLETE", "COMPLETED", "SUCCEEDED", "DONE_AND_DUSTED"])
def test_a_complete_job_has_the_word_that_was_asked_for(word):
    assert shown(job_word=word)["type"] == word


def test_a_complete_job_can_have_a_date_and_no_type_or_a_type_and_no_date():
    typeless, dateless = shown(job_word=None), shown(job_dated=False)

    assert ("type" in typeless, typeless["dateCompleted"]) == (False, "1970-01-01T00:00:00.005Z")
    assert (dateless["type"], "dateCompleted" in dateless) == ("COMPLETE", False)


@pytest.mark.parametrize(
    ("steps", "progress"),
    [
        ("named", {"steps": [{"name": "PROCESS_ITEMS", "total": 4, "completed": 2}]}),
        ("other", {"steps": [{"label": "PROCESS_ITEMS", "outOf": 4, "itemsDone": 2}]}),
        ("text", {"steps": ["2 of 4"]}),
        ("empty", {"steps": []}),
        ("missing", None),
    ],
)
def test_steps_come_in_any_form(steps, progress):
    assert shown(ended_ms=None, job_steps=steps).get("progress") == progress


def test_results_can_be_bare_or_beside_each_other_at_the_top():
    job = shown(job_entries="bare", job_result="top_level")

    assert ("result" in job, job["successes"], set(job["failures"])) == (False, {"row-1": {"id": "a"}}, {"row-2"})


@pytest.mark.parametrize(
    ("form", "entry"),
    [
        ("message", {"message": "No such thing."}),
        ("string", {"message": "No such thing."}),
        ("error", {"error": "No such thing."}),
        ("code", {"code": "ITEM_REFUSED", "message": "No such thing."}),
    ],
)
def test_entries_can_be_lists_that_name_their_item(form, entry):
    result = shown(job_entries="list", job_failures=form)["result"]

    assert result["successes"] == [{"batchItemId": "row-1", "result": {"id": "a"}, "permittedActions": []}]
    assert result["failures"] == [{"batchItemId": "row-2"} | entry]


@pytest.mark.parametrize(
    ("form", "entry"),
    [("string", "No such thing."), ("error", {"error": "No such thing."})],
)
def test_failures_come_in_any_form(form, entry):
    assert shown(job_failures=form)["result"]["failures"] == {"row-2": entry}
