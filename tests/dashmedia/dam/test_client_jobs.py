from __future__ import annotations

import pytest

from dashmedia.dam import wire
from dashmedia.dam.job_models import JobKind, JobState
from dashmedia.errors import OutcomeUnknownError, RejectedError

RUNNING = {"id": "j-1", "type": "IN_PROGRESS"}


@pytest.mark.parametrize("kind", JobKind)
def test_a_job_is_submitted_and_asked_for_by_its_id(client, dash, kind):
    dash.answers["POST", f"/{kind}-batch-jobs"] = 200, RUNNING
    dash.answers["GET", f"/{kind}-batch-jobs/j-1"] = 200, {"type": "FAILED"}

    submitted = client.submit_job(kind, {"items": []})
    later = client.job(kind, submitted.id)

    assert (submitted.state, later.state) == (JobState.RUNNING, JobState.FAILED)
    assert dash.requests[0] == ("POST", f"/{kind}-batch-jobs", {"items": []})


def test_a_submit_without_a_good_answer_is_not_sent_again(client, dash):
    dash.answers["POST", "/asset-metadata-edit-batch-jobs"] = 503, {}

    with pytest.raises(OutcomeUnknownError, match="POST asset-metadata-edit-batch-jobs"):
        client.submit_job(JobKind.METADATA_EDIT, {})

    assert len(dash.requests) == 1


def test_a_look_at_a_job_is_repeated(client, dash):
    answers = iter([(503, {}), (200, RUNNING)])
    dash.answers["GET", "/asset-upload-batch-jobs/j-1"] = lambda _: next(answers)

    assert client.job(JobKind.ASSET_UPLOAD, "j-1").id == "j-1"


def test_an_upload_for_one_asset(client, dash):
    told = {"id": "u-1", "parts": [{"partNumber": 1, "url": "https://s.example/1"}]}
    dash.answers["POST", "/asset-uploads"] = 200, {"result": told, "permittedActions": []}
    body = wire.upload_item(None, "/UGC/a.jpg", 900, None, asset_id="a-1")

    upload = client.create_asset_upload(body)

    assert (upload.asset_id, upload.id, upload.parts[0].bytes) == ("a-1", "u-1", 900)
    assert dash.requests[0][2] == {
        "assetId": "a-1", "assetFileId": None, "path": "/UGC/a.jpg", "size": 900, "partSize": None,
    }  # fmt: skip


@pytest.mark.parametrize(("upload_id", "sent"), [(None, 1), ("u-1", 2)])
def test_a_new_upload_is_asked_for_once_and_more_urls_as_often_as_needed(client, dash, upload_id, sent):
    answers = iter([(502, {}), (200, {"id": "u-1", "parts": []})])
    dash.answers["POST", "/asset-uploads"] = lambda _: next(answers)
    body = wire.upload_item(None, "/a.jpg", 9, None, asset_id="a-1", upload_id=upload_id, urls=[(1, None)])

    if upload_id:
        client.create_asset_upload(body)
    else:
        with pytest.raises(OutcomeUnknownError):
            client.create_asset_upload(body)

    assert len(dash.requests) == sent


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_completion_names_its_parts_in_order_and_without_quotes(client, dash, status):
    dash.answers["POST", "/asset-upload-completions"] = status, {"result": {}}

    client.complete_upload("a-1", "u-1", [(2, '"bb"'), (1, "aa")])

    assert dash.requests[0][2] == {
        "assetId": "a-1",
        "uploadId": "u-1",
        "parts": [{"partNumber": 1, "eTag": "aa"}, {"partNumber": 2, "eTag": "bb"}],
    }


@pytest.mark.parametrize(("status", "error"), [(500, OutcomeUnknownError), (400, RejectedError)])
def test_a_completion_is_sent_once(client, dash, status, error):
    dash.answers["POST", "/asset-upload-completions"] = status, {}

    with pytest.raises(error):
        client.complete_upload("a-1", "u-1", [(1, "aa")])

    assert len(dash.requests) == 1
