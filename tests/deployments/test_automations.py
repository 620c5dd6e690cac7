"""What the Prefect server does by itself really happens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from uuid import uuid4

import pytest
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.states import Failed
from support.patience import BUDGET_S, eventually

from deployments.automations import arrange_automations
from deployments.changes import Fate
from deployments.notifications import arrange_webhook

PROMOTE = "promote UGC that has arrived in Dash"
FAILED = "tell when a run failed"


def arrange(site, **env):
    """The automations with other variables; the changes by name."""
    there = replace(site, env={**site.env, **env})
    return {change.name: change for change in (*arrange_webhook(there), *arrange_automations(there))}


def read(site, name):
    return next(each for each in site.client.read_automations() if each.name == f"dashmedia: {name}")


def emit(site, name, resource):
    """An event as a flow emits it; its id as the server calls it."""
    event = {"id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), "event": name, "resource": resource}
    site.client.request("POST", "/events", json=[event])
    return f"prefect.event.{event['id']}"


def acted_on(site):
    """The events that an automation has acted on; the server looks at events in their order."""
    asked = {"filter": {"event": {"name": ["prefect.automation.action.executed"]}}}
    acts = site.client.request("POST", "/events/filter", json=asked).json()["events"]
    return {each["prefect.resource.id"] for act in acts for each in act["related"]}


def promotions(site):
    chosen = DeploymentFilter(name=DeploymentFilterName(any_=["promote-lifecycle"]))
    return site.client.read_flow_runs(deployment_filter=chosen)


class Chat:
    """A chat room: the messages that come in, as they come."""

    def __init__(self):
        self._messages = Queue()
        self.url = ""

    def __iter__(self):
        while True:
            yield self._messages.get(timeout=BUDGET_S)

    def door(self):
        """How messages come in."""
        messages = self._messages

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                messages.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        return Door


@pytest.fixture
def chat():
    chat = Chat()
    with ThreadingHTTPServer(("127.0.0.1", 0), chat.door()) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        chat.url = f"http://127.0.0.1:{server.server_port}/hook"
        yield chat
        server.shutdown()


def test_new_ugc_in_dash_starts_a_promotion_that_asks(site):
    arrange(site, DASHMEDIA_SCHEDULES="on")
    there = {"prefect.resource.id": "dash.dam:/UGC/2026-11@127.0.0.1"}

    nothing_new = emit(site, "dash.ugc.ready", {**there, "dash.new": "no"})
    elsewhere = emit(site, "dash.ugc.ready", {"prefect.resource.id": "dash.social:4242", "dash.new": "yes"})
    arrived = emit(site, "dash.ugc.ready", {**there, "dash.new": "yes"})
    acted = eventually(lambda: (seen := acted_on(site)) & {arrived} and seen)

    assert not acted & {nothing_new, elsewhere}
    run = promotions(site)[0]
    assert run.parameters["approval"] == "ask"
    assert "dashmedia" in run.tags


def test_people_are_told_of_a_run_that_failed_with_its_reason(site, chat):
    arrange(site, DASHMEDIA_NOTIFY_URL=chat.url)
    deployment = site.client.read_deployment_by_name("contract-check/contract-check")

    run = site.client.create_flow_run_from_deployment(deployment.id, name="check of the contract")
    site.client.set_flow_run_state(run.id, Failed(message="The file is not there."), force=True)
    message = next(each for each in chat if "check of the contract" in each)

    assert "check of the contract has failed" in message
    assert "The file is not there." in message


def test_a_run_is_dead_that_missed_several_heartbeats_and_has_not_ended(site):
    arrange(site)

    found = read(site, "end runs that are dead")

    assert found.enabled
    assert found.trigger.posture == "Proactive"
    assert found.trigger.within == timedelta(minutes=5)
    assert {"prefect.flow-run.heartbeat", "prefect.flow-run.Suspended"} < found.trigger.expect
    assert found.actions[0].state == "CRASHED"


def test_a_run_that_is_late_is_told(site, chat):
    arrange(site, DASHMEDIA_NOTIFY_URL=chat.url)

    found = read(site, "tell when a run is late")

    assert found.enabled
    assert found.trigger.expect == {"prefect.flow-run.Late"}
    assert found.actions[0].type == "send-notification"


def test_while_there_is_nobody_to_tell_the_automation_is_off_and_says_why(site):
    site.client.delete_automation(read(site, FAILED).id)

    change = arrange(site)[FAILED]

    assert (change.fate, read(site, FAILED).enabled) == (Fate.MADE, False)
    assert "off: nobody to tell: set DASHMEDIA_NOTIFY_URL" in change.note


def test_what_starts_runs_is_off_until_somebody_wants_it_and_then_stays_as_people_switch_it(site):
    site.client.delete_automation(read(site, PROMOTE).id)

    arrange(site)
    at_first = read(site, PROMOTE).enabled
    site.client.resume_automation(read(site, PROMOTE).id)
    change = arrange(site)[PROMOTE]

    assert not at_first
    assert (change.fate, read(site, PROMOTE).enabled) == (Fate.KEPT, True)
