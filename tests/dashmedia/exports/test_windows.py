from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.errors import WindowError
from dashmedia.exports.windows import (
    TICK,
    Window,
    day_window,
    day_windows,
    find_zone,
    require_settled,
    tiling_problems,
)

HOUR = timedelta(hours=1)


def hours(window):
    return (window.end - window.start) / HOUR


def test_a_window_holds_its_start_and_not_its_end(midnight):
    window = Window(midnight, midnight + HOUR)

    assert midnight in window
    assert midnight + HOUR - TICK in window
    assert midnight + HOUR not in window


def test_a_window_is_utc_whatever_zone_its_ends_were_given_in():
    berlin = timezone(HOUR)

    window = Window(datetime(2026, 11, 20, 1, tzinfo=berlin), datetime(2026, 11, 20, 2, tzinfo=berlin))

    assert str(window) == "2026-11-20T00:00:00.000Z/2026-11-20T01:00:00.000Z"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)),
        (datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)),
        (datetime(2026, 11, 20), datetime(2026, 11, 21)),  # noqa: DTZ001 - naive is the case
        (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, microsecond=1, tzinfo=UTC)),
    ],
)
def test_a_window_that_means_nothing_is_refused(start, end):
    with pytest.raises(WindowError):
        Window(start, end)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 11, 20), 24),
        ("America/Santiago", date(2026, 9, 6), 23),  # the day has no midnight
        ("America/Havana", date(2026, 11, 1), 25),  # the day has two midnights
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Kolkata", date(2026, 11, 20), 24),
    ],
)
def test_a_local_day_is_as_long_as_its_clocks_say(zone, day, length):
    assert hours(day_window(day, find_zone(zone))) == length


def test_a_local_day_starts_at_local_midnight():
    window = day_window(date(2026, 11, 20), find_zone("Asia/Kolkata"))

    assert window.start == datetime(2026, 11, 19, 18, 30, tzinfo=UTC)


@given(
    st.sampled_from(
        ["Europe/Berlin", "America/Santiago", "America/Havana", "Pacific/Apia", "Africa/Casablanca", "UTC"]
    ),
    st.dates(date(2005, 1, 1), date(2030, 1, 1)),
    st.integers(0, 400),
)
def test_the_days_of_a_range_tile_it(zone, first, more):
    windows = list(day_windows(first, first + timedelta(days=more), find_zone(zone)).values())

    assert not windows or tiling_problems(Window(windows[0].start, windows[-1].end), windows) == []


def test_a_day_that_the_zone_skipped_is_left_out_of_a_range_and_refused_alone():
    apia = find_zone("Pacific/Apia")

    days = day_windows(date(2011, 12, 29), date(2011, 12, 31), apia)

    assert list(days) == [date(2011, 12, 29), date(2011, 12, 31)]
    with pytest.raises(WindowError, match="2011-12-30 does not exist in Pacific/Apia"):
        day_window(date(2011, 12, 30), apia)


def test_a_range_that_is_reversed_is_refused():
    with pytest.raises(WindowError, match="2026-11-21, is after the last, 2026-11-20"):
        day_windows(date(2026, 11, 21), date(2026, 11, 20), find_zone("UTC"))


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_an_unknown_zone_is_named(name):
    with pytest.raises(WindowError, match="There is no time zone"):
        find_zone(name)


def test_a_window_settles_some_time_after_its_end(midnight):
    window = Window(midnight, midnight + HOUR)
    settle = timedelta(minutes=15)

    require_settled(window, midnight + HOUR + settle, settle)

    with pytest.raises(WindowError, match=r"2026-11-20T01:15:00\.000Z"):
        require_settled(window, midnight + HOUR + settle - TICK, settle)


@pytest.mark.parametrize(
    ("cuts", "problem"),
    [
        ([], "nothing covers"),
        ([(0, 1), (2, 3)], "do not meet"),
        ([(0, 2), (1, 3)], "do not meet"),
        ([(1, 3)], "does not start with"),
        ([(0, 2)], "does not end with"),
    ],
)
def test_gaps_overlaps_and_ends_that_differ_are_told(midnight, cuts, problem):
    parts = [Window(midnight + first * HOUR, midnight + last * HOUR) for first, last in cuts]

    problems = tiling_problems(Window(midnight, midnight + 3 * HOUR), parts)

    assert [problem in each for each in problems] == [True]
