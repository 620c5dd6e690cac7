from __future__ import annotations

import pytest

from dashmedia.errors import OutcomeUnknownError, RejectedError, TransientError
from dashmedia.retry import Repeater, RetryPolicy


def failing(*errors, result="done"):
    """An attempt that raises these, then gives the result, and says how often it was called."""
    left = list(errors)
    calls = []

    def attempt():
        calls.append(1)
        if left:
            raise left.pop(0)
        return result

    attempt.calls = calls
    return attempt


def repeater(fake_time, **policy):
    return Repeater(RetryPolicy(**policy), fake_time.sleep, fake_time.clock, lambda: 1.0)


def test_a_transient_end_is_repeated_with_doubling_waits(fake_time):
    attempt = failing(*[TransientError("GET a", "x")] * 4)

    assert repeater(fake_time, longest_wait_s=3).run(attempt) == "done"

    assert fake_time.naps == [0.5, 1.0, 2.0, 3.0]


def test_the_wait_is_a_random_share_of_its_upper_end():
    assert RetryPolicy().backoff_s(3, jitter=0.25) == 0.5


def test_a_wait_that_the_service_asks_for_replaces_ours(fake_time):
    attempt = failing(TransientError("GET a", "x", wait_s=7), TransientError("GET a", "x", wait_s=0))

    repeater(fake_time).run(attempt)

    assert fake_time.naps == [7, 0]


def test_no_wait_begins_that_would_end_after_the_budget(fake_time):
    attempt = failing(*[TransientError("GET a", "the service answered 503", status=503)] * 99)

    with pytest.raises(TransientError, match=r"GET a: the service answered 503; seen at try 7, after 32 s\.") as raised:
        repeater(fake_time, budget_s=60, longest_wait_s=99, attempts=99).run(attempt)

    assert sum(fake_time.naps) == 31.5
    assert (raised.value.tries, raised.value.spent_s, raised.value.status) == (7, 31.5, 503)


def test_a_wait_asked_for_beyond_the_budget_ends_at_once(fake_time):
    attempt = failing(TransientError("GET a", "x", wait_s=3600))

    with pytest.raises(TransientError, match=r"seen at try 1, after 0 s\. The service asked to wait 3600 s\."):
        repeater(fake_time).run(attempt)

    assert fake_time.naps == []


def test_the_number_of_tries_is_bounded(fake_time):
    attempt = failing(*[TransientError("GET a", "x", wait_s=0)] * 99)

    with pytest.raises(TransientError):
        repeater(fake_time, attempts=4).run(attempt)

    assert len(attempt.calls) == 4


@pytest.mark.parametrize("error", [OutcomeUnknownError("POST a", "x"), RejectedError("GET a", 404, "no"), KeyError()])
def test_every_other_end_is_not_repeated(fake_time, error):
    attempt = failing(error)

    with pytest.raises(type(error)):
        repeater(fake_time).run(attempt)

    assert len(attempt.calls) == 1
