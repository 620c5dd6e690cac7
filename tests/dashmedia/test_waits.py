from __future__ import annotations

import pytest

from dashmedia.waits import as_instant, as_number, seconds_until_reset, wait_asked

NOON = 1_795_262_400.0
NOON_DATE = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 0.5 "}, 0.5),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:09 GMT"}, 9),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "7", "x-ratelimit-reset": "1795262430"}, 7),
        ({"x-ratelimit-reset": "1795262430"}, 30),
        ({"retry-after": "soon", "x-ratelimit-reset": "1795262430"}, 30),
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
    ],
)
def test_what_the_service_asks_for_is_read_in_order(headers, seconds):
    assert wait_asked(headers, NOON) == seconds


def test_a_date_is_compared_with_the_servers_own_clock():
    retry_after = {"retry-after": "Sat, 21 Nov 2026 12:00:09 GMT", "date": NOON_DATE}
    reset = {"x-ratelimit-reset": "1795262409", "date": NOON_DATE}

    assert wait_asked(retry_after, now=NOON + 86_400) == 9
    assert wait_asked(reset, now=NOON + 86_400) == 9


@pytest.mark.parametrize("reset", ["1795262400", "1795262399", "1795262430000", "nan", "", "x"])
def test_a_reset_that_is_past_or_in_another_unit_is_ignored(reset):
    assert seconds_until_reset({"x-ratelimit-reset": reset}, NOON) is None


@pytest.mark.parametrize("text", [None, "", "x", "nan", "inf", "1e999", "-1"])
def test_what_is_no_finite_positive_number_is_none(text):
    assert as_number(text) is None


def test_a_date_without_a_zone_is_utc():
    assert as_instant("Sat, 21 Nov 2026 12:00:00 -0000") == NOON


@pytest.mark.parametrize("text", ["", "x", "Sat, 41 Nov 2026 12:00:00 GMT"])
def test_what_is_no_date_is_none(text):
    assert as_instant(text) is None
