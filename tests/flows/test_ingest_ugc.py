"""The flow as people run it: from the UI's server, and from the command line."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, FlowRunFilter, FlowRunFilterId
from prefect.exceptions import ParameterTypeError
from support.ingesting import BRANDS, assert_each_once, write_photos

from dashmedia.errors import AuthError, IncompleteRunError
from dashmedia.ingest import IngestReport
from flows.ingest_ugc import ingest_ugc
from tasks.credentials import DashSocialCredentials

ROOT = Path(__file__).parents[2]


def run(source, **options):
    return ingest_ugc(str(source), **({"brand_ids": BRANDS, "rights": "owned"} | options))


def state_of(source, **options):
    return ingest_ugc(str(source), **({"brand_ids": BRANDS, "rights": "owned"} | options), return_state=True)


def artifacts_of(prefect, flow_run_id):
    chosen = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    return {each.key: each for each in prefect.read_artifacts(artifact_filter=chosen)}


def command_line(env, *words):
    command = [sys.executable, "-m", "flows.ingest_ugc", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def test_the_report_says_that_every_original_is_ready(prefect, sandbox, photos):
    report = run(photos)

    assert isinstance(report, IngestReport)
    assert (report.found, report.ready, report.is_complete) == (5, 5, True)
    assert_each_once(sandbox, photos)


def test_a_run_leaves_a_summary_the_refusals_and_its_progress(prefect, photos):
    (photos / "words.jpg").write_text("not a picture")

    state = state_of(photos)

    left = artifacts_of(prefect, state.state_details.flow_run_id)
    assert set(left) == {"ingest-summary", "ingest-refused", "ingest-progress"}
    assert "Everything is delivered" in left["ingest-summary"].data
    assert "words.jpg" in str(left["ingest-refused"].data)
    assert float(left["ingest-progress"].data) == 100.0


def test_a_task_run_is_a_batch_and_a_step_never_an_item(prefect, photos):
    state = state_of(photos, batch_size=3)

    only = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    names = eventually(lambda: [each.name for each in prefect.read_task_runs(flow_run_filter=only)], at_least=11)
    assert sum("batch" in name for name in names) == 2 * 5


def eventually(look, at_least):
    """The server writes task runs down behind the run's back; look until they are there."""
    give_up_at = time.monotonic() + 30
    while len(seen := look()) < at_least and time.monotonic() < give_up_at:
        time.sleep(0.1)
    return seen


def test_what_is_left_over_fails_the_run_with_a_sentence_that_counts_it(prefect, sandbox, photos):
    sandbox.tell("faults", [{"endpoint": "create_media", "kind": "status", "status": 422, "message": "wrong colours"}])

    state = state_of(photos)

    assert state.is_failed()
    assert state.message.startswith("1 of 5 originals are left over; run again to do only those.")
    with pytest.raises(IncompleteRunError):
        state.result()
    left = artifacts_of(prefect, state.state_details.flow_run_id)
    assert "wrong colours" in str(left["ingest-left"].data)


def test_a_wrong_token_is_one_sentence_and_one_request(prefect, sandbox, photos, monkeypatch, caplog):
    monkeypatch.setenv("DASH_SOCIAL_TOKEN", "wrong")

    state = state_of(photos)

    assert state.message.startswith("GET api/self was refused with 401")
    with pytest.raises(AuthError):
        state.result()
    assert sandbox.ask("requests") == {"self": 1}
    assert not any(record.exc_info for record in caplog.records)


def test_a_dry_run_sends_nothing_and_says_so(prefect, sandbox, photos):
    state = state_of(photos, dry_run=True)

    left = artifacts_of(prefect, state.state_details.flow_run_id)
    assert "Dry run: nothing was sent" in left["ingest-summary"].data
    assert sandbox.ask("media") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"dam_folder": " "},
        {"dam_fields": {"captoin": "Title"}},
        {"workers": 0},
        {"batch_size": 0},
        {"rights": "maybe"},
        {"limit": 0},
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_starts(prefect, sandbox, photos, wrong):
    with pytest.raises(ParameterTypeError):
        run(photos, **wrong)

    assert sandbox.ask("requests") == {}


def test_every_parameter_explains_itself_in_the_form():
    form = ingest_ugc.parameters.properties

    assert not [name for name, field in form.items() if not field.get("description") or field["title"] == name]


def test_credentials_come_from_the_block_when_there_is_one(prefect, sandbox, photos, monkeypatch):
    token = sandbox.env["DASH_SOCIAL_TOKEN"]
    block = DashSocialCredentials(token=token, api_url=sandbox.api_url, auth_url=sandbox.api_url)
    block.save("shop", overwrite=True)
    monkeypatch.delenv("DASH_SOCIAL_TOKEN")

    report = run(photos, credentials="shop")

    assert report.ready == 5
    shown = httpx.post(f"{os.environ['PREFECT_API_URL']}/block_documents/filter", json={}).text
    assert token not in shown


def test_a_named_block_that_does_not_exist_is_never_replaced_by_the_environment(prefect, sandbox, photos):
    state = state_of(photos, credentials="no-such-block")

    assert "no Dash Social credentials block named no-such-block" in state.message
    assert sandbox.ask("requests") == {}


def test_an_event_tells_automations_where_originals_are_ready_and_that_some_are_new(prefect, photos, env):
    first, again = run(photos), run(photos)

    body = {"filter": {"event": {"name": ["dash.ugc.ready"]}}}

    def events_of(report):
        found = httpx.post(f"{env['PREFECT_API_URL']}/events/filter", json=body).json()["events"]
        return [each for each in found if each["payload"]["run_id"] == report.run_id]

    new = eventually(lambda: events_of(first), at_least=2)
    old = eventually(lambda: events_of(again), at_least=2)
    assert {each["resource"]["prefect.resource.name"].partition("@")[0] for each in new} == {
        "social:4242",
        "social:4343",
    }
    assert [(each["resource"]["dash.new"], each["payload"]["here"]) for each in new] == [("yes", {"ready": 5})] * 2
    assert [each["resource"]["dash.new"] for each in old] == ["no"] * 2


def test_the_command_explains_every_parameter(env):
    said = command_line(env, "--help")

    assert said.returncode == 0
    for name in ingest_ugc.parameters.properties:
        assert f"--{name.replace('_', '-')}" in said.stdout
    assert "Only originals whose path matches" in " ".join(said.stdout.replace("│", " ").split())
    assert "--empty-" not in said.stdout
    assert "--version" not in said.stdout


def test_the_command_delivers_and_writes_its_report(env, sandbox, photos, tmp_path):
    said = command_line(
        env, photos, "--brand-ids", 4242, "--rights", "owned", "--report-file", tmp_path / "report.json"
    )

    assert said.returncode == 0, said.stderr
    assert "5 found: 5 ready." in said.stderr
    assert IngestReport.model_validate_json((tmp_path / "report.json").read_text()).ready == 5
    assert_each_once(sandbox, photos, [4242])


@pytest.mark.parametrize(("change", "words"), [
    ({"DASH_SOCIAL_TOKEN": "wrong"}, "refused with 401"),
    ({"DASH_SOCIAL_TOKEN": ""}, "DASH_SOCIAL_TOKEN is not set"),
    ({"DASH_SOCIAL_TOKE": "x"}, "Did you mean DASH_SOCIAL_TOKEN"),
])  # fmt: skip
def test_the_command_says_a_mistake_in_one_sentence_and_fails(env, photos, change, words):
    said = command_line({**env, **change}, photos, "--brand-ids", 4242)

    assert said.returncode == 1
    assert words in said.stderr
    assert "Traceback" not in said.stderr + said.stdout


def test_a_killed_command_is_finished_by_the_next_one(env, sandbox, tmp_path):
    many = write_photos(tmp_path / "many", 60)
    words = [
        sys.executable,
        "-m",
        "flows.ingest_ugc",
        str(many),
        "--brand-ids",
        "4242",
        "--rights",
        "owned",
        "--batch-size",
        "10",
    ]
    # However quick the machine is, it is still at work when it is killed.
    sandbox.tell("faults", [{"endpoint": "create_media", "kind": "reset_before", "after": 20, "times": None}])
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **env}, stderr=subprocess.DEVNULL)

    while process.poll() is None and len(sandbox.ask("media")) < 20:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    died_with = len(sandbox.ask("media"))
    sandbox.forget("faults")
    said = command_line(env, many, "--brand-ids", 4242, "--rights", "owned", "--batch-size", 10)

    assert (process.returncode, died_with) == (-signal.SIGKILL, 20)
    assert said.returncode == 0, said.stderr
    assert re.search(r"60 found: .* ready\.", said.stderr)
    assert_each_once(sandbox, many, [4242])
