from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from dashmedia.rate import WINDOW_S, RateBudget, RequestTally


def test_a_burst_up_to_the_limit_does_not_wait(fake_time):
    budget = RateBudget(5, **fake_time.args)

    for _ in range(5):
        budget.take()

    assert fake_time.naps == []


def test_the_next_take_waits_until_the_first_leaves_the_window(fake_time):
    budget = RateBudget(2, **fake_time.args)
    budget.take()
    fake_time.now += 10
    budget.take()

    budget.take()

    assert fake_time.naps == [WINDOW_S - 10]


def test_no_window_ever_holds_more_than_the_limit(fake_time):
    budget = RateBudget(7, **fake_time.args)
    taken = []

    for at in range(60):
        fake_time.now += at % 5
        budget.take()
        taken.append(fake_time.now)

    assert all(late - early >= WINDOW_S for early, late in zip(taken, taken[7:], strict=False))


class WouldWaitError(Exception):
    pass


def test_eight_threads_take_no_more_than_the_limit_together():
    def refuse_to_wait(_seconds):
        raise WouldWaitError

    budget = RateBudget(50, sleep=refuse_to_wait)

    def take_until_it_would_wait(_thread):
        taken = 0
        with suppress(WouldWaitError):
            while True:
                budget.take()
                taken += 1
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take_until_it_would_wait, range(8)))

    assert sum(taken) == 50


def test_a_pause_holds_every_take_and_a_longer_one_stays(fake_time):
    budget = RateBudget(5, **fake_time.args)
    budget.pause(30)
    budget.pause(3)

    assert budget.paused_for() == 30
    budget.take()

    assert fake_time.naps == [30]
    assert budget.paused_for() == 0


def test_a_smaller_limit_of_the_service_holds_from_then_on(fake_time):
    budget = RateBudget(5, **fake_time.args)
    for _ in range(4):
        budget.take()
    budget.observe({"x-ratelimit-limit": "2"})
    budget.observe({"x-ratelimit-limit": "500"})

    budget.take()
    budget.take()
    budget.take()

    assert fake_time.naps == [WINDOW_S, WINDOW_S]


def test_after_a_limit_was_lowered_one_wait_is_enough(fake_time):
    budget = RateBudget(4, **fake_time.args)
    for _ in range(4):
        budget.take()
        fake_time.now += 5
    budget.observe({"x-ratelimit-limit": "2"})

    budget.take()

    assert fake_time.naps == [WINDOW_S - 10]


def test_none_remaining_pauses_until_the_reset(fake_time):
    budget = RateBudget(5, **fake_time.args)

    budget.observe({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(fake_time.wall() + 12)})

    assert budget.paused_for() == pytest.approx(12)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit": "many", "x-ratelimit-remaining": "0"},
        {"x-ratelimit-limit": "0", "x-ratelimit-remaining": "-1", "x-ratelimit-reset": "never"},
        {"x-ratelimit-limit": "", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1e400"},
    ],
)
def test_headers_that_make_no_sense_change_nothing(fake_time, headers):
    budget = RateBudget(1, **fake_time.args)

    budget.observe(headers)
    budget.take()

    assert fake_time.naps == []


def test_the_tally_counts_by_endpoint_and_gives_a_copy():
    tally = RequestTally()
    tally.add("GET a")
    tally.add("GET a")
    counts = tally.counts()
    tally.add("GET b")

    assert counts == {"GET a": 2}
    assert tally.counts() == {"GET a": 2, "GET b": 1}
