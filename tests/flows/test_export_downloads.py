"""The export as people run it: from the UI's server, and from the command line."""

import time
from datetime import date
from pathlib import Path

import httpx
import pytest
from prefect.exceptions import ParameterTypeError
from support.exporting import held, truth, yesterday, zone_at_noon
from support.running import TWO_DAYS, artifacts_of, command_line, state_of

from dashmedia.dam import open_dash
from dashmedia.errors import IncompleteRunError, WindowError
from dashmedia.exports.outcome import ExportReport
from dashmedia.rate import RequestTally
from flows.backfill_downloads import backfill_downloads
from flows.export_downloads import export_downloads
from flows.watch_downloads import watch_downloads
from tasks.dash_credentials import DashCredentials, dash_access


def test_a_run_leaves_partitions_rollups_and_what_a_person_reads(prefect, seeded, out):
    state = state_of(out, export_downloads)

    report = state.result()
    left = artifacts_of(prefect, state)
    assert isinstance(report, ExportReport)
    assert held(out, **TWO_DAYS) == truth(seeded, **TWO_DAYS)
    assert {"export-summary", "export-days", "export-certificates", "export-progress"} <= set(left)
    assert "Every download is there" in left["export-summary"].data
    assert report.partitions[0].sha256["part.parquet"] in str(left["export-certificates"].data)
    assert float(left["export-progress"].data) == 100.0
    assert (out / "rollups" / "by_asset.csv").exists()
    assert (out / "latest.duckdb").exists()
    assert Path(report.made["report page"]).read_text().startswith("<!DOCTYPE html>")
    assert report.made["report page"] in left["export-report"].data
    run = prefect.read_flow_run(state.state_details.flow_run_id)
    assert run.name == "export downloads 2026-11-19 to 2026-11-20"


def test_a_day_that_is_not_complete_fails_the_run_with_the_numbers(prefect, seeded, out):
    seeded.tell("variant", {"lost_in_buckets": 2})

    state = state_of(out, export_downloads, rollups=False)

    assert state.is_failed()
    assert state.message.startswith("2 of 2 days are left over; run again to do only those. 2026-11-19: The export of")
    assert "aggregation sum" in state.message
    with pytest.raises(IncompleteRunError):
        state.result()
    assert "2026-11-20" in str(artifacts_of(prefect, state)["export-left"].data)
    assert not list(out.rglob("part.*"))


def test_by_default_it_is_yesterday(prefect, seeded, out):
    zone = zone_at_noon()

    report = export_downloads(destination=str(out), timezone=zone, rollups=False)

    assert report.first_day == report.last_day == yesterday(zone)


def test_a_dry_run_says_what_it_would_take(prefect, seeded, out):
    state = state_of(out, export_downloads, dry_run=True)

    assert "Dry run: nothing was written" in artifacts_of(prefect, state)["export-summary"].data
    assert state.result().estimate.rows == len(truth(seeded, **TWO_DAYS))
    assert not out.exists()


@pytest.mark.parametrize("wrong", [
    {"timezone": ""}, {"destination": ""}, {"formats": []}, {"formats": ["xlsx"]}, {"first_day": "yesterday"},
    {"first_day": "1999-12-31"},
])  # fmt: skip
def test_a_wrong_parameter_is_refused_before_anything_starts(prefect, seeded, out, wrong):
    with pytest.raises(ParameterTypeError):
        export_downloads(**({"destination": str(out)} | wrong))

    assert seeded.ask("requests") == {}


def test_days_the_wrong_way_round_are_one_sentence(prefect, seeded, out):
    state = state_of(out, export_downloads, first_day=date(2026, 11, 20), last_day=date(2026, 11, 19))

    assert state.message == "The first day, 2026-11-20, is after the last, 2026-11-19. Exchange them."
    with pytest.raises(WindowError):
        state.result()


@pytest.mark.parametrize("flow", [export_downloads, backfill_downloads, watch_downloads], ids=lambda flow: flow.name)
def test_every_parameter_explains_itself_in_the_form(flow):
    form = flow.parameters.properties

    assert len(form) >= 8
    assert not [name for name, field in form.items() if not field.get("description")]


def test_a_new_refresh_token_is_written_back_to_the_block(prefect, seeded, out, env, monkeypatch):
    names = {"api_url": "API_URL", "auth_url": "AUTH_URL", "client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET"}
    old = seeded.env["DASH_REFRESH_TOKEN"]
    block = DashCredentials(refresh_token=old, **{name: seeded.env[f"DASH_{end}"] for name, end in names.items()})
    block.save("dam", overwrite=True)
    monkeypatch.delenv("DASH_API_TOKEN")
    seeded.tell("variant", {"refresh_rotation": True})

    first, second = (state_of(out, export_downloads, credentials="dam", rollups=False) for _ in range(2))

    assert (first.is_completed(), second.is_completed()) == (True, True)
    kept = DashCredentials.load("dam").refresh_token.get_secret_value()
    assert kept != old
    shown = httpx.post(f"{env['PREFECT_API_URL']}/block_documents/filter", json={}).text
    assert kept not in shown


def test_a_refresh_token_that_another_run_exchanged_meanwhile_is_found_in_the_block(prefect, seeded, monkeypatch):
    names = {"api_url": "API_URL", "auth_url": "AUTH_URL", "client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET"}
    told = {name: seeded.env[f"DASH_{end}"] for name, end in names.items()}
    DashCredentials(refresh_token=seeded.env["DASH_REFRESH_TOKEN"], **told).save("shared", overwrite=True)
    monkeypatch.delenv("DASH_API_TOKEN")
    seeded.tell("variant", {"refresh_rotation": True})
    ours, theirs = (dash_access("shared") for _ in range(2))

    for settings, tokens in (theirs, ours):
        with open_dash(settings, tally=RequestTally(), refresh_tokens=tokens) as client:
            assert client.current_user().user.name


def test_a_named_block_that_does_not_exist_is_never_replaced_by_the_environment(prefect, seeded, out):
    state = state_of(out, export_downloads, credentials="no-such-block")

    assert "no Dash credentials block named no-such-block" in state.message
    assert seeded.ask("requests") == {}


def test_an_event_tells_automations_that_the_days_are_complete(prefect, seeded, out, env):
    state_of(out, export_downloads, rollups=False)

    body = {"filter": {"event": {"name": ["dash.export.complete"]}}}
    give_up_at = time.monotonic() + 30
    found = []
    while not found and time.monotonic() < give_up_at:
        events = httpx.post(f"{env['PREFECT_API_URL']}/events/filter", json=body).json()["events"]
        found = [each for each in events if each["resource"]["prefect.resource.id"] == f"dash.downloads.{out}"]
        time.sleep(0.1)
    assert found[0]["payload"]["exported"] == 2


def test_what_cannot_be_made_of_the_partitions_fails_the_run_and_keeps_them(prefect, seeded, out):
    out.mkdir()
    (out / "rollups").write_text("in the way")

    state = state_of(out, export_downloads)

    assert state.message.startswith("Every day is there, but something else is not. The rollups were not written.")
    assert held(out, **TWO_DAYS) == truth(seeded, **TWO_DAYS)
    assert "not all that is made of them" in artifacts_of(prefect, state)["export-summary"].data


def test_the_command_exports_and_writes_its_report(env, seeded, out, tmp_path):
    days = ("--first-day", "2026-11-19", "--last-day", "2026-11-20")
    said = command_line(
        env, "export_downloads", *days, "--destination", out, "--formats", "csv", "--formats", "parquet",
        "--report-file", tmp_path / "report.json",
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    assert "2 days: 2 exported" in said.stderr
    assert ExportReport.model_validate_json((tmp_path / "report.json").read_text()).exported == 2
    assert len(list(out.rglob("part.csv"))) == 2
    assert held(out, **TWO_DAYS) == truth(seeded, **TWO_DAYS)
