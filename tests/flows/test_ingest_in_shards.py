"""An ingestion shared out among runs of its deployment, as people start it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from support.ingesting import photo

from flows.ingest_ugc import ingest_ugc
from tasks.ingest_shards import DEPLOYMENT

ROOT = Path(__file__).parents[2]
SERVE = "from flows.ingest_ugc import ingest_ugc as flow; flow.serve('ingest-ugc-shard')"


@pytest.fixture
def served(env):
    """Something that runs shards: all on this machine, where more would be workers elsewhere."""
    runner = subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, env={**os.environ, **env, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    )
    give_up_at = time.monotonic() + 300
    while httpx.get(f"{env['PREFECT_API_URL']}/deployments/name/{DEPLOYMENT}").is_error:
        assert time.monotonic() < give_up_at, "the shards' deployment is not there"
        time.sleep(0.1)
    yield
    runner.terminate()
    runner.wait()


def test_shards_bring_each_original_once_and_their_reports_become_one(prefect, sandbox, photos, served):
    for number in range(3):
        (photos / f"copy-{number}.jpg").write_bytes(photo(number))
    (photos / "notes.jpg").write_text("no picture")

    state = ingest_ugc(str(photos), brand_ids=[4242], rights="owned", run_as="deployments", shards=3, return_state=True)

    assert state.is_completed(), state.message
    report = state.result()
    assert (report.found, report.ready, report.duplicate, report.rejected) == (9, 5, 3, 1)
    assert (report.is_part, report.lost_shards, report.requests["POST brands/media"]) == (False, (), 5)
    assert sandbox.ask("state")["media"] == {"4242": 5}
    summary = artifacts_of(prefect, state.state_details.flow_run_id)["ingest-summary"]
    assert "9 found" in summary.description


def artifacts_of(prefect, flow_run_id):
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    return {each.key: each for each in prefect.read_artifacts(artifact_filter=chosen)}


def test_without_the_shards_deployment_the_run_says_how_to_make_it(prefect, sandbox, photos, monkeypatch):
    monkeypatch.setattr("tasks.ingest_shards.DEPLOYMENT", "ingest-ugc/no-such-deployment")

    state = ingest_ugc(str(photos), brand_ids=[4242], rights="owned", run_as="deployments", return_state=True)

    assert state.is_failed()
    assert "prefect deploy --all" in state.message
    assert sandbox.ask("requests") == {}
