"""The backfill as people run it: here, shared out among runs of its deployment, and killed half-way."""

import os
import subprocess
import sys
import time
from datetime import date

import fsspec
import httpx
import pytest
from support.exporting import held, truth
from support.running import ROOT, artifacts_of, command_line, state_of

from flows.backfill_downloads import backfill_downloads
from flows.export_downloads import export_downloads


def test_a_backfill_fills_in_what_is_missing_and_shows_the_state_of_each_day(prefect, seeded, out):
    state_of(out, backfill_downloads, rollups=False)
    (out / "events/date=2026-11-20/part.parquet").unlink()

    state = state_of(out, backfill_downloads, first_day=date(2026, 11, 18))

    report = state.result()
    assert [str(one.before) for one in report.partitions] == ["missing", "complete", "short"]
    assert [str(one.fate) for one in report.partitions] == ["exported", "kept", "exported"]
    assert "short" in str(artifacts_of(prefect, state)["export-days"].data)
    assert held(out, first_day=date(2026, 11, 18)) == truth(seeded, first_day=date(2026, 11, 18))


@pytest.fixture
def bucket(sandbox, tmp_path, monkeypatch):
    """A place in the sandbox's bucket, on its real S3 server."""
    keys = {"key": sandbox.env["SANDBOX_S3_ACCESS_KEY_ID"], "secret": sandbox.env["SANDBOX_S3_SECRET_ACCESS_KEY"]}
    monkeypatch.setitem(fsspec.config.conf, "s3", keys | {"endpoint_url": sandbox.s3_url})
    return f"s3://{sandbox.env['SANDBOX_S3_BUCKET']}/{tmp_path.name}"


def test_an_export_and_a_backfill_on_an_object_store_leave_the_truth(prefect, seeded, bucket):
    first = state_of(bucket, export_downloads)
    file_system, path = fsspec.url_to_fs(bucket)
    file_system.rm_file(f"{path}/events/date=2026-11-20/part.parquet")

    second = state_of(bucket, backfill_downloads, first_day=date(2026, 11, 18), rollups=False)

    assert first.is_completed(), first.message
    assert [str(one.before) for one in second.result().partitions] == ["missing", "complete", "short"]
    assert held(bucket, first_day=date(2026, 11, 18)) == truth(seeded, first_day=date(2026, 11, 18))
    for made in ("rollups/by_asset.csv", "latest.duckdb", "reports/downloads_2026-11-19_2026-11-20.html"):
        assert file_system.size(f"{path}/{made}") > 0


def test_a_backfill_may_be_shared_out_among_runs_of_its_deployment(prefect, seeded, out, env):
    serve = "from flows.backfill_downloads import backfill_downloads as flow; flow.serve('backfill-downloads')"
    runner = subprocess.Popen(
        [sys.executable, "-c", serve], cwd=ROOT, env={**os.environ, **env, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    )
    try:
        wait_for_deployment(env)
        state = state_of(out, backfill_downloads, first_day=date(2026, 11, 17), run_as="deployments", parallel=2)
    finally:
        runner.terminate()
        runner.wait()

    assert state.is_completed(), state.message
    assert state.result().exported == 4
    assert held(out, first_day=date(2026, 11, 17)) == truth(seeded, first_day=date(2026, 11, 17))
    runs = prefect.read_flow_runs()
    shards = {
        str(run.idempotency_key) for run in runs if str(state.state_details.flow_run_id) in str(run.idempotency_key)
    }
    assert {key.partition("/")[2] for key in shards} == {"2026-11-17/2026-11-18", "2026-11-19/2026-11-20"}


def wait_for_deployment(env):
    address = f"{env['PREFECT_API_URL']}/deployments/name/backfill-downloads/backfill-downloads"
    give_up_at = time.monotonic() + 60
    while httpx.get(address).status_code != httpx.codes.OK and time.monotonic() < give_up_at:
        time.sleep(0.1)


def test_a_backfill_without_its_deployment_says_how_to_make_it(prefect, seeded, out, monkeypatch):
    monkeypatch.setattr("tasks.shards.DEPLOYMENT", "backfill-downloads/no-such-deployment")

    state = state_of(out, backfill_downloads, run_as="deployments")

    assert "prefect deploy --all" in state.message


def test_the_command_explains_every_parameter(env):
    said = command_line(env, "backfill_downloads", "--help")

    assert said.returncode == 0
    for name in backfill_downloads.parameters.properties:
        assert f"--{name.replace('_', '-')}" in said.stdout
    assert "something lies that cannot be trusted" in " ".join(said.stdout.replace("│", " ").split())


def test_a_killed_backfill_is_finished_by_the_next_one(env, seeded, out):
    seeded.tell("variant", {"latency_ms": 50})
    words = ("2026-11-15", "2026-11-20", "--destination", str(out), "--parallel", "1", "--no-rollups")
    command = [sys.executable, "-m", "flows.backfill_downloads", *words]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stderr=subprocess.DEVNULL)

    while process.poll() is None and len(list(out.rglob("certificate.json"))) < 2:
        time.sleep(0.02)
    process.kill()
    process.wait()
    died_with = len(list(out.rglob("certificate.json")))
    said = command_line(env, "backfill_downloads", *words)

    assert 0 < died_with < 6
    assert said.returncode == 0, said.stderr
    assert f"{died_with} kept" in said.stderr
    assert held(out) == truth(seeded)
