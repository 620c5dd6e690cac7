"""`make deploy` makes on the server what `prefect.yaml` lists, and leaves alone what people switched."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from support.patience import eventually

from dashmedia.errors import SettingsError
from deployments.changes import Fate
from deployments.deploy import deploy, full_name, require_places

ROOT = Path(__file__).parents[2]
LISTED = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def on_server(site):
    return {full_name(each): site.client.read_deployment_by_name(full_name(each)) for each in LISTED}


def test_every_deployment_is_there_with_its_queue_its_schedule_and_its_limit(site):
    found = on_server(site)

    for each in LISTED:
        there = found[full_name(each)]
        limit = each.get("concurrency_limit")
        assert there.work_pool_name == "media"
        assert there.work_queue_name == each["work_pool"]["work_queue_name"]
        assert [(one.schedule.cron, one.schedule.timezone) for one in there.schedules] == [
            (one["cron"], one["timezone"]) for one in each["schedules"]
        ]
        assert (there.global_concurrency_limit and there.global_concurrency_limit.limit) == (limit and limit["limit"])
        assert there.job_variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
        assert set(each["tags"]) == set(there.tags) >= {"dashmedia"}


def test_every_parameter_is_described_in_the_form(site):
    silent = {
        f"{name}: {parameter}"
        for name, there in on_server(site).items()
        for parameter, schema in there.parameter_openapi_schema["properties"].items()
        if not schema.get("description")
    }

    assert not silent


def test_places_of_this_machine_are_the_defaults_of_the_form(site):
    found = on_server(site)

    assert found["ingest-ugc/ingest-ugc"].parameters["source"] == site.env["DASHMEDIA_SOURCE"]
    assert found["export-downloads/export-downloads"].parameters["destination"] == site.env["DASHMEDIA_EXPORTS"]


def test_schedules_are_off_at_first_and_another_deployment_leaves_them_as_people_switched_them(site):
    ingest = "ingest-ugc/ingest-ugc"
    at_first = [one.active for there in on_server(site).values() for one in there.schedules]
    before = on_server(site)[ingest]
    site.client.update_deployment_schedule(before.id, before.schedules[0].id, active=True)

    again = {change.name: change for change in deploy(site)}

    assert at_first
    assert not any(at_first)
    assert {change.fate for change in again.values()} == {Fate.KEPT}
    assert again["ingest-ugc"].note == "queue nightly; 5 * * * * on"
    assert on_server(site)[ingest].schedules[0].active


def test_a_schedule_that_is_switched_on_plans_runs(site):
    """With a SQLAlchemy that Prefect does not know yet, its server plans none and only writes so into its log."""
    watch = on_server(site)["watch-downloads/watch-downloads"]
    of_watch = DeploymentFilter(id=DeploymentFilterId(any_=[watch.id]))

    site.client.update_deployment_schedule(watch.id, watch.schedules[0].id, active=True)
    planned = eventually(lambda: site.client.read_flow_runs(deployment_filter=of_watch))
    site.client.update_deployment_schedule(watch.id, watch.schedules[0].id, active=False)

    starts = {run.expected_start_time.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") for run in planned}
    assert starts == {"05:30"}
    assert all(run.auto_scheduled for run in planned)


def test_a_dry_run_names_what_is_not_there_and_makes_nothing(site, tmp_path):
    listed = tmp_path / "prefect.yaml"
    one_more = {"name": "tomorrow", "entrypoint": "flows.tomorrow.tomorrow"}
    listed.write_text(yaml.safe_dump({"deployments": [*LISTED, one_more]}))

    changes = {change.name: change for change in deploy(replace(site, dry_run=True), listed)}

    assert changes["tomorrow"].fate is Fate.MADE
    assert {changes[each["name"]].fate for each in LISTED} == {Fate.KEPT}


def test_schedules_are_not_switched_on_without_the_places_they_need():
    with pytest.raises(SettingsError, match="DASHMEDIA_EXPORTS is not set"):
        require_places({"DASHMEDIA_SCHEDULES": "on", "DASHMEDIA_SOURCE": "/srv/ugc"})
