from __future__ import annotations

import heapq
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from dashmedia.errors import SharedRateError
from dashmedia.leased_rate import (
    KEPT_S,
    LOOK_EVERY_S,
    OUTAGE_S,
    OUTAGE_WAIT_S,
    LeasedRate,
    Level,
    UnreachableError,
    bucket_for,
)
from dashmedia.rate import WINDOW_S, RateBudget


@dataclass
class FakeBucket:
    """A bucket as the Prefect server keeps it: whole requests flow in, and a refused lease forgets what flowed in."""

    time: object
    slots: int = 20
    per_second: float = 10.0
    used: int = 0
    updated: float = 1_000.0
    is_away: bool = False
    is_gone: bool = False
    leases: list[int] = field(default_factory=list)
    looks: int = 0

    def look(self):
        self._answer()
        self.looks += 1
        return None if self.is_gone else Level(self.slots, self.per_second, self.slots - self._decayed())

    def lease(self, requests):
        self._answer()
        used = self._decayed()
        self.updated = self.time.now
        if used + requests > self.slots:
            return False
        self.used = used + requests
        self.leases.append(requests)
        return True

    def _decayed(self):
        return max(0, self.used - int(self.per_second * (self.time.now - self.updated)))

    def _answer(self):
        if self.is_away:
            raise UnreachableError("the Prefect server does not answer (ConnectError)")


@pytest.fixture
def bucket(fake_time):
    return FakeBucket(fake_time)


@pytest.fixture
def rate(bucket, fake_time):
    return LeasedRate(bucket, "dash-social-requests", clock=fake_time.clock)


def budget_over(rate, fake_time, per_minute=100_000):
    return RateBudget(per_minute, shared=rate, **fake_time.args)


def test_a_lone_thread_leases_no_more_than_it_spends(rate, bucket, fake_time):
    budget = budget_over(rate, fake_time)

    budget.take()

    assert bucket.leases == [1]


def test_blocks_grow_with_what_is_spent_until_the_bucket_is_the_limit(rate, bucket, fake_time):
    budget = budget_over(rate, fake_time)
    began = fake_time.now

    for _ in range(220):
        budget.take()

    assert fake_time.now - began == pytest.approx((220 - 20) / 10, rel=0.15)
    assert max(bucket.leases) >= 10
    assert bucket.looks < 4 * (fake_time.now - began) + 10


def spend_all(rates, fake_time, seconds):
    """When each request is sent by processes that have work without end; none of them waits for another."""
    sent, wakes = [], [(fake_time.now, number) for number in range(len(rates))]
    end = fake_time.now + seconds
    while fake_time.now < end:
        fake_time.now, number = heapq.heappop(wakes)
        wait_s = 0
        while wait_s <= 0:
            while rates[number].take():
                sent.append(fake_time.now)
            wait_s = rates[number].refill()
        heapq.heappush(wakes, (fake_time.now + wait_s, number))
    return sent


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("per_minute", [600, 1_000, 6_000])
def test_processes_together_keep_to_the_limit_and_use_most_of_it(fake_time, processes, per_minute):
    wanted = bucket_for(per_minute)
    bucket = FakeBucket(fake_time, slots=wanted.slots, per_second=wanted.per_second)
    rates = [LeasedRate(bucket, "it", clock=fake_time.clock) for _ in range(processes)]

    sent = spend_all(rates, fake_time, 300)

    assert all(late - early >= WINDOW_S for early, late in zip(sent, sent[per_minute:], strict=False))
    assert len(sent) >= 0.88 * per_minute * 5
    assert bucket.looks / processes <= 3 * 300


def test_what_was_leased_and_not_spent_in_time_is_let_go(rate, bucket, fake_time):
    for _ in range(2):
        rate.take()
        rate.refill()
        rate.take()
    rate.take()
    rate.refill()
    fake_time.now += KEPT_S

    assert rate.take() is False


def test_a_threads_own_limit_holds_beside_the_shared_one(rate, fake_time):
    budget = budget_over(rate, fake_time, per_minute=2)

    for _ in range(3):
        budget.take()

    assert sum(fake_time.naps) == pytest.approx(WINDOW_S)


def test_a_pause_of_the_service_holds_back_what_was_leased(rate, bucket, fake_time):
    budget = budget_over(rate, fake_time)
    budget.pause(30)

    budget.take()

    assert fake_time.naps == [30]
    assert bucket.leases == [1]


def test_while_the_bucket_is_out_of_reach_nothing_is_sent_and_then_it_goes_on(rate, bucket, fake_time, caplog):
    budget = budget_over(rate, fake_time)
    bucket.is_away = True

    def sleep(seconds):
        fake_time.sleep(seconds)
        bucket.is_away = len(fake_time.naps) < 5

    budget._sleep = sleep
    budget.take()

    assert fake_time.naps == [OUTAGE_WAIT_S] * 5
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_bucket_that_stays_out_of_reach_ends_in_an_error_that_says_what_to_do(rate, bucket, fake_time):
    budget = budget_over(rate, fake_time)
    bucket.is_away = True

    with pytest.raises(SharedRateError, match=r"dash-social-requests.*does not answer.*Nothing was sent"):
        budget.take()

    assert sum(fake_time.naps) == pytest.approx(OUTAGE_S)


def test_a_bucket_that_is_removed_leaves_the_process_its_own_limit(rate, bucket, fake_time, caplog):
    budget = budget_over(rate, fake_time, per_minute=50)
    budget.take()
    bucket.is_gone = True

    for _ in range(40):
        budget.take()

    assert sum(fake_time.naps) <= LOOK_EVERY_S
    assert "keeps to its own limit" in caplog.text


class Rival(FakeBucket):
    """Another process takes the first lease away between look and lease."""

    def lease(self, requests):
        self.leases.append(requests)
        return len(self.leases) > 1


def test_a_lease_that_another_was_quicker_to_take_is_tried_again(fake_time):
    rival = Rival(fake_time)
    budget = budget_over(LeasedRate(rival, "it", clock=fake_time.clock), fake_time)

    budget.take()

    assert fake_time.naps == [LOOK_EVERY_S]
    assert rival.leases == [1, 1]


def test_threads_that_wait_share_one_lease(fake_time):
    all_wait = threading.Barrier(8)
    bucket = FakeBucket(fake_time)
    rate = LeasedRate(bucket, "it", clock=fake_time.clock)

    def take(_thread):
        rate.take()
        all_wait.wait()
        while not rate.take():
            rate.refill()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(take, range(8)))

    assert bucket.leases[0] == 8


@pytest.mark.parametrize("per_minute", [1, 10, 59, 600, 1_000, 3_600, 100_000])
def test_a_bucket_for_a_limit_never_lets_more_through_in_a_minute(per_minute):
    bucket = bucket_for(per_minute)

    assert bucket.slots >= 1
    assert bucket.slots + bucket.per_second * (WINDOW_S + KEPT_S) <= max(per_minute, 2)
