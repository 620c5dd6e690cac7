from datetime import date, timedelta

import pytest
from support.exporting import NOON, RULES, options_of

from dashmedia.exports.days import choose_days
from dashmedia.exports.estimate import estimate_export


def estimate(search, days, **more):
    return estimate_export(search, days, RULES, **({"parallel": 2, "requests_per_minute": 600} | more))


@pytest.fixture
def days():
    return choose_days(options_of("out", first_day=date(2026, 11, 19), timezone="Asia/Kolkata"), NOON, 900)


def test_no_days_take_nothing_and_no_request(service):
    served = service([])

    assert estimate(served, []).requests == 0
    assert served.calls == []


def test_one_request_tells_the_rows_of_all_days(service, event, days):
    at = days[0].window.start + timedelta(minutes=45)
    served = service([event(n, at + timedelta(hours=n // 4)) for n in range(180)])

    found = estimate(served, days)

    assert found.rows == 180
    assert len(served.calls) == 1
    assert found.requests >= 180 / RULES.page_rows


def test_days_that_lie_apart_do_not_count_what_lies_between(service, event):
    apart = choose_days(options_of("out"), NOON, 900)[::5]
    served = service([event(n, apart[0].window.end + timedelta(hours=n)) for n in range(50)])

    assert estimate(served, apart).rows == 0


def test_the_rate_limit_bounds_the_time(service, event, days):
    served = service([event(n, days[0].window.start) for n in range(2_000)])

    found = estimate(served, days, requests_per_minute=1)

    assert found.seconds == found.requests * 60


def test_many_weeks_are_counted_by_days(service, event):
    weeks = choose_days(options_of("out", first_day=date(2026, 8, 1), timezone="Europe/Berlin"), NOON, 900)
    served = service([event(n, day.window.start + timedelta(hours=12)) for n, day in enumerate(weeks)])

    assert estimate(served, weeks).rows == len(weeks)
