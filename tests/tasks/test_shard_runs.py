"""What becomes of a shard's flow runs on a real Prefect server; nobody runs them, so the test plays the worker."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Completed, Crashed, Failed, Running

from dashmedia.errors import SettingsError, TransientError
from tasks import shard_runs
from tasks.shard_runs import PENDING_MAX_S, TRIES, ShardRun, complaint_of, run_to_its_end

DEPLOYMENT = "played/played"


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setattr(shard_runs, "LOOK_EVERY_S", 0.05)
    settings = {PREFECT_API_URL: server.env["PREFECT_API_URL"], PREFECT_LOGGING_TO_API_ENABLED: False}
    with temporary_settings(settings), get_client(sync_client=True) as client:
        client.create_deployment(client.create_flow_from_name("played"), "played")
        yield client


@flow
def share_out(shard):
    return run_to_its_end(shard)


def runs_of(client, key):
    """The flow runs of a shard, by the number of the try."""
    keys = [key, *(f"{key}/again-{number}" for number in range(2, TRIES + 1))]
    chosen = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=keys))
    return {keys.index(run.idempotency_key) + 1: run for run in client.read_flow_runs(flow_run_filter=chosen)}


def play(client, key, script):
    """Be the worker: put each try into its state as soon as it is there."""
    for number, state in enumerate(script, 1):
        give_up_at = time.monotonic() + 120
        while number not in (runs := runs_of(client, key)):
            assert time.monotonic() < give_up_at, f"try {number} was not started"
            time.sleep(0.05)
        client.set_flow_run_state(runs[number].id, state, force=True)


def ended(client, key, *script, **more):
    """The shard's last run, when its tries meet these states."""
    with ThreadPoolExecutor(1) as worker:
        playing = worker.submit(play, client, key, script)
        last = share_out(ShardRun(DEPLOYMENT, "1/2", key, {}, **more))
        playing.result()
    return last


def test_a_shard_that_ends_is_not_started_again(client):
    last = ended(client, "ends", Failed(message="3 of 9 are left over"))

    assert last.state.is_failed()
    assert list(runs_of(client, "ends")) == [1]


def test_a_shard_whose_process_died_is_written_off_and_started_again(client):
    written_off = []

    last = ended(
        client, "dies", Running(), Completed(),
        has_died=lambda: not written_off, before_again=lambda: written_off.append("dies"),
    )  # fmt: skip

    runs = runs_of(client, "dies")
    assert last.state.is_completed()
    assert (written_off, sorted(runs)) == (["dies"], [1, 2])
    assert runs[1].state.is_crashed()
    assert "is dead" in runs[1].state.message


def test_a_shard_that_crashes_every_time_is_given_up(client):
    last = ended(client, "crashes", *[Crashed(message=f"killed, {number}") for number in range(1, TRIES + 1)])

    assert complaint_of(last, "its shard") == f"its shard, flow run {last.name}, ended as Crashed: killed, 3"
    assert sorted(runs_of(client, "crashes")) == [1, 2, 3]


def test_the_same_key_finds_the_run_that_was_started_before(client):
    first = ended(client, "twice", Completed())

    assert ended(client, "twice").id == first.id


def test_a_deployment_that_is_not_there_is_named(client):
    with pytest.raises(SettingsError, match="There is no deployment played/gone"):
        share_out(ShardRun("played/gone", "1/2", "gone", {}))


@pytest.mark.parametrize(("age_s", "is_dead"), [(PENDING_MAX_S - 5, False), (PENDING_MAX_S + 5, True)])
def test_a_run_that_a_worker_took_and_never_began_is_dead_after_a_while(age_s, is_dead):
    taken = State(type=StateType.PENDING, timestamp=datetime.now(UTC) - timedelta(seconds=age_s))

    assert shard_runs._is_dead(ShardRun(DEPLOYMENT, "1/2", "key", {}), taken) is is_dead


def test_a_good_end_gives_no_complaint():
    run = FlowRun.model_validate({"flow_id": "00000000-0000-0000-0000-000000000000", "state": Completed()})

    assert complaint_of(run, "1/2") == ""


def test_a_server_that_is_away_for_a_while_is_asked_again(monkeypatch):
    monkeypatch.setattr(shard_runs, "LOOK_EVERY_S", 0)
    answers = [httpx.ConnectError("refused"), refused(503), "here"]

    def ask():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert shard_runs._patiently(ask) == "here"


def refused(status):
    request = httpx.Request("GET", "http://127.0.0.1/api")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, request=request))


def always(error):
    def ask():
        raise error

    return ask


def test_a_server_that_stays_away_ends_the_wait_with_what_was_seen(monkeypatch):
    monkeypatch.setattr(shard_runs, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(shard_runs, "OUTAGE_S", 0)

    with pytest.raises(TransientError, match=r"Prefect server: no answer \(ConnectError\)"):
        shard_runs._patiently(always(httpx.ConnectError("refused")))
    with pytest.raises(httpx.HTTPStatusError):
        shard_runs._patiently(always(refused(401)))
