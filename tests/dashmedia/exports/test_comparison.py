from __future__ import annotations

from datetime import date, timedelta

import pytest
from support.publishing import FIRST, LAST, over_days, publish

from dashmedia.exports.comparison import (
    LEAST_CHARTED_DAYS,
    Line,
    compare,
    shorten,
    spell_change,
    spell_count,
    spell_days,
    spell_share,
)
from dashmedia.exports.rollups import By
from dashmedia.exports.windows import day_windows, find_zone


def only_type(row):
    return (row["user_type"],)


@pytest.fixture
def events(spread):
    return over_days(spread(600), 4)  # 17 to 20 November


def windows_of(first, last):
    return day_windows(first, last, find_zone("UTC"))


def test_a_period_is_compared_with_the_equally_long_one_before(tmp_path, service, events):
    publish(tmp_path, service(events), date(2026, 11, 17), LAST)

    found = compare(str(tmp_path), windows_of(date(2026, 11, 19), LAST), "UTC")

    assert list(found.days) == [date(2026, 11, 19), LAST]
    assert list(found.days_before) == [date(2026, 11, 17), FIRST]
    assert found.before.downloads == 300


def test_without_all_days_before_there_is_no_comparison(tmp_path, service, events):
    publish(tmp_path, service(events))

    found = compare(str(tmp_path), windows_of(date(2026, 11, 19), LAST), "UTC")

    assert found.before is None
    assert [line.before for line in found.lines(By.USER_TYPE, only_type)] == [None, None]


def test_a_short_period_is_shown_among_four_weeks(tmp_path, service, events):
    publish(tmp_path, service(events), date(2026, 11, 17), LAST)

    found = compare(str(tmp_path), windows_of(LAST, LAST), "UTC")

    assert len(found.earlier) + len(found.days) == LEAST_CHARTED_DAYS
    assert list(found.earlier.values())[-4:] == [None, 150, 150, 150]


def test_what_was_only_downloaded_before_is_a_line_of_zero(tmp_path, service, event, midnight):
    events = [event(1, midnight, user_type="USER"), event(2, midnight - timedelta(days=1), user_type="API")]
    publish(tmp_path, service(events))

    lines = compare(str(tmp_path), windows_of(LAST, LAST), "UTC").lines(By.USER_TYPE, only_type)

    assert lines == [Line("USER", 1, 0), Line("API", 0, 1)]


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (1234567, "1,234,567"), (3.44, "3.4"), (1234.4, "1,234")])
def test_counts_are_easy_to_read(number, told):
    assert spell_count(number) == told


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (112, 100, "+12%"),
        (92, 100, "−8%"),
        (100, 100, "same"),
        (100_001, 100_000, "±0%"),
        (5, 0, "new"),
        (0, 5, "−100%"),
        (0, 0, "–"),
        (5, None, "–"),
        (3000, 100, "+2,900%"),
    ],
)
def test_changes_are_easy_to_read(now, before, told):
    assert spell_change(now, before) == told


@pytest.mark.parametrize(("part", "whole", "told"), [(1, 3, "33%"), (1, 1000, "<1%"), (0, 5, "0%"), (0, 0, "–")])
def test_shares_are_easy_to_read(part, whole, told):
    assert spell_share(part, whole) == told


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (LAST, LAST, "Friday, 20 November 2026"),
        (FIRST, LAST, "18 to 20 November 2026"),
        (date(2026, 10, 30), LAST, "30 October to 20 November 2026"),
        (date(2025, 12, 30), LAST, "30 December 2025 to 20 November 2026"),
    ],
)
def test_a_period_is_named_as_people_do(first, last, told):
    assert spell_days(first, last) == told


def test_a_long_file_name_keeps_its_beginning_and_its_end():
    assert shorten("autumn campaign hero shot, ridge run 0042.jpg", 20) == "autumn campai…42.jpg"
    assert shorten("short.jpg", 20) == "short.jpg"


def test_wide_characters_count_double_and_control_characters_not_at_all():
    assert len(shorten("東京の夜景と街並みの写真集.jpg", 20)) == 10
    assert shorten("a\x00b\n c\u202e", 20) == "a b c"
