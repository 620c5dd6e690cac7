"""Blocks of requests from a real Prefect server, and what happens when it has no such limit or does not answer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.settings import PREFECT_API_URL, temporary_settings

from dashmedia.errors import SettingsError
from dashmedia.leased_rate import KEPT_S, LeasedRate, UnreachableError
from tasks.leased_rate import PrefectTap, leased_rate

NAME = "test-requests"


@pytest.fixture
def client(server):
    with temporary_settings({PREFECT_API_URL: server.env["PREFECT_API_URL"]}), get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def limit(client):
    """A limit of 20 requests a second; changed or removed by a test as it likes."""
    wanted = {"name": NAME, "limit": 40, "slot_decay_per_second": 20.0}
    client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate.model_validate(wanted))
    yield NAME
    client.delete_global_concurrency_limit_by_name(NAME)


def test_two_processes_worth_of_threads_stay_within_what_flows_in(client, server, limit):
    rates = [LeasedRate(PrefectTap(limit, client), limit), LeasedRate(PrefectTap(limit, client), limit)]
    sent, began = [], time.monotonic()
    lock = threading.Lock()

    def spend(number):
        while len(sent) < 100:
            if rates[number % 2].take():
                with lock:
                    sent.append(time.monotonic() - began)
            else:
                time.sleep(rates[number % 2].refill())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(spend, range(8)))

    # A full bucket, what flowed in until then, and what was leased a moment before.
    assert all(number <= 40 + 20 * (at + KEPT_S) for number, at in enumerate(sorted(sent), 1))


def test_a_lease_that_is_refused_takes_nothing(client, limit):
    tap = PrefectTap(limit, client)

    assert tap.lease(40)
    assert not tap.lease(40)
    assert not tap.lease(41)
    assert tap.look().free < 40


class Log:
    """Stands in for the run's logger: there is no run here."""

    def __init__(self):
        self.said = []

    def info(self, words):
        self.said.append(words)


def test_a_server_without_the_limit_leaves_the_run_its_own(client, monkeypatch):
    log = Log()
    monkeypatch.setattr("tasks.leased_rate.get_run_logger", lambda: log)

    with leased_rate("no-such-limit", 1_000) as rate:
        assert rate is None

    assert "prefect gcl create no-such-limit --limit 33 --slot-decay-per-second 15.72" in log.said[0]


def test_a_limit_that_is_switched_off_counts_as_none(client, limit):
    client.update_global_concurrency_limit(limit, GlobalConcurrencyLimitUpdate(active=False))

    assert PrefectTap(limit, client).look() is None


def test_a_limit_without_decay_is_refused_with_what_to_do(client, limit):
    client.update_global_concurrency_limit(limit, GlobalConcurrencyLimitUpdate(slot_decay_per_second=0))

    with pytest.raises(SettingsError, match="no slot decay"):
        PrefectTap(limit, client).look()


class Away:
    """A client of a server that is not there."""

    def __init__(self, error):
        self.error = error

    def read_global_concurrency_limit_by_name(self, _name):
        raise self.error

    def increment_concurrency_slots(self, _names, _slots, _mode):
        raise self.error


def refused(status):
    request = httpx.Request("GET", "http://127.0.0.1/api")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, request=request))


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), refused(500)])
def test_a_server_that_is_away_is_waited_for(error):
    tap = PrefectTap(NAME, Away(error))

    with pytest.raises(UnreachableError):
        tap.look()
    with pytest.raises(UnreachableError):
        tap.lease(1)


def test_what_the_server_refuses_for_another_reason_comes_out():
    with pytest.raises(httpx.HTTPStatusError):
        PrefectTap(NAME, Away(refused(401))).lease(1)
