"""A Prefect server is set up as often as one likes, tells what it did, and keeps what is secret."""

import json
from argparse import Namespace
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from dashmedia.errors import SettingsError
from deployments.automations import arrange_automations
from deployments.changes import Fate
from deployments.processes import free_port
from deployments.setup import before_deploying, open_site, summary

SECRETS = {
    "DASH_SOCIAL_TOKEN": "social-s3cret",
    "DASH_CLIENT_ID": "media",
    "DASH_CLIENT_SECRET": "client-s3cret",
    "DASH_REFRESH_TOKEN": "first-s3cret",
    "DASH_EXPORT_POSTGRES_URL": "postgresql://media:database-s3cret@127.0.0.1/media",
    "DASHMEDIA_NOTIFY_URL": "http://127.0.0.1:9/hook-s3cret",
}


def set_up(site, **env):
    """All that `python -m deployments.setup` does, with other variables; the changes by kind and name."""
    there = replace(site, env={**site.env, **env})
    done = [*before_deploying(there), *arrange_automations(there)]
    return {(change.kind, change.name): change for change in done}


def fates(changes):
    return {change.fate for change in changes.values()}


def test_what_make_up_has_set_up_needs_nothing_more(site):
    set_up(site)

    again = set_up(site)

    assert fates(again) <= {Fate.KEPT, Fate.LEFT_OUT}
    assert "Nothing to do" in summary(list(again.values()), dry_run=False)


def test_work_for_the_morning_goes_before_what_a_person_waits_for_and_what_has_time(site):
    queues = site.client.read_work_queues(work_pool_name="media")

    assert [queue.name for queue in sorted(queues, key=lambda each: each.priority)][:3] == [
        "nightly",
        "hand",
        "backfill",
    ]


def test_a_queue_that_somebody_moved_is_put_back(site):
    site.client.request("PATCH", "/work_pools/media/queues/backfill", json={"priority": 1})

    done = set_up(site)

    assert done["work queue", "backfill"].fate is Fate.CHANGED
    assert fates(set_up(site)) <= {Fate.KEPT, Fate.LEFT_OUT}


def test_another_limit_is_brought_to_the_server(site):
    set_up(site, DASH_SOCIAL_REQUESTS_PER_MINUTE="1000")
    before = site.client.read_global_concurrency_limit_by_name("dash-social-requests")

    change = set_up(site, DASH_SOCIAL_REQUESTS_PER_MINUTE="500")["concurrency limit", "dash-social-requests"]

    after = site.client.read_global_concurrency_limit_by_name("dash-social-requests")
    assert change.line() == (
        "changed       concurrency limit dash-social-requests                   "
        "differed in limit, slot_decay_per_second; 500 requests a minute"
    )
    assert after.slot_decay_per_second == pytest.approx(before.slot_decay_per_second / 2)


def test_a_dry_run_says_what_would_change_and_changes_nothing(site):
    set_up(site, DASH_SOCIAL_REQUESTS_PER_MINUTE="1000")
    before = site.client.read_global_concurrency_limit_by_name("dash-social-requests")

    done = set_up(replace(site, dry_run=True), DASH_SOCIAL_REQUESTS_PER_MINUTE="300")

    change = done["concurrency limit", "dash-social-requests"]
    assert change.line(dry_run=True).startswith("to be changed concurrency limit dash-social-requests")
    assert site.client.read_global_concurrency_limit_by_name("dash-social-requests") == before


def test_no_secret_is_told_or_shown_by_the_server(site):
    done = set_up(site, **SECRETS)

    told = " ".join(change.line() for change in done.values())
    questions = ("/block_documents/filter", "/automations/filter", "/block_schemas/filter")
    shown = " ".join(site.client.request("POST", each, json={}).text for each in questions)
    assert "dashmedia-notify" in shown
    assert "s3cret" not in told + shown


def test_a_block_is_what_the_environment_says(site):
    set_up(site, **SECRETS)

    block = site.client.read_block_document_by_name("default", "dash-social-credentials", include_secrets=True)

    assert block.data["token"] == "social-s3cret"
    assert block.data["api_url"] == site.env["DASH_SOCIAL_API_URL"]


def test_a_refresh_token_that_a_run_has_renewed_stays_unless_one_asks(site):
    set_up(site, **SECRETS)
    newer = {**SECRETS, "DASH_REFRESH_TOKEN": "newer-s3cret"}

    kept = set_up(site, **newer)["block", "dash-credentials/default"]
    taken = set_up(replace(site, take_refresh_token=True), **newer)["block", "dash-credentials/default"]

    assert kept.fate is Fate.KEPT
    assert (taken.fate, taken.note) == (Fate.CHANGED, "differed in refresh_token")


def test_what_is_neither_in_the_environment_nor_on_the_server_is_left_out_with_the_way_to_it(site):
    for block in site.client.read_block_documents_by_type("secret"):
        site.client.delete_block_document(block.id)

    change = set_up(site)["block", "secret/downloads-postgres"]

    assert change.fate is Fate.LEFT_OUT
    assert "set DASH_EXPORT_POSTGRES_URL" in change.note


@pytest.mark.parametrize(("env", "words"), [
    ({"DASH_SOCIAL_TOKE": "x"}, "Did you mean DASH_SOCIAL_TOKEN"),
    ({"DASHMEDIA_SCHEDULES": "yes"}, "Expected on or off"),
    ({"DASHMEDIA_NOTIFY_URL": "s3cret"}, "DASHMEDIA_NOTIFY_URL is no URL"),
    ({"DASHMEDIA_NOTIFY_BLOCK": "slack-webhook/nobody"}, "there is no such block"),
    ({"DASHMEDIA_NOTIFY_BLOCK": "dash-credentials/default"}, "sends no messages"),
])  # fmt: skip
def test_a_slip_in_the_environment_is_named(site, env, words):
    with pytest.raises(SettingsError, match=words) as refused:
        set_up(site, **env)

    assert "s3cret" not in str(refused.value)


class Closed(BaseHTTPRequestHandler):
    """A server that knows nobody."""

    def do_GET(self):
        self.send_response(401)
        self.end_headers()
        self.wfile.write(json.dumps({"exception_message": "Unauthorized"}).encode())

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def closed():
    with ThreadingHTTPServer(("127.0.0.1", 0), Closed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


def complaint_about(url):
    with (
        temporary_settings({PREFECT_API_URL: url}),
        pytest.raises(SettingsError) as refused,
        open_site(Namespace(dry_run=False, take_refresh_token=False)),
    ):
        pass
    return str(refused.value)


def test_a_server_that_is_not_there_is_said_in_one_sentence():
    assert "No Prefect server answers at" in complaint_about(f"http://127.0.0.1:{free_port()}/api")


def test_a_server_that_lets_nobody_in_is_said_with_the_variable_to_set(closed):
    assert "Set PREFECT_API_KEY" in complaint_about(closed)
