from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.exports.plan import (
    bucket_window,
    cut_by_sample,
    cut_evenly,
    cut_to_size,
    estimate_requests,
    group_values,
    interval_for,
    walks_for,
)
from dashmedia.exports.search import Interval
from dashmedia.exports.windows import TICK, Window, tiling_problems

HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def day(midnight):
    return Window(midnight, midnight + 24 * HOUR)


def buckets(midnight, *counts):
    return {bucket_window(midnight + n * HOUR, Interval.HOUR): count for n, count in enumerate(counts)}


@pytest.mark.parametrize(("days", "interval"), [(1, "HOUR"), (45, "HOUR"), (46, "DAY"), (1000, "DAY"), (1001, "MONTH")])
def test_the_histogram_is_the_finest_of_a_thousand_buckets(midnight, days, interval):
    assert interval_for(Window(midnight, midnight + timedelta(days=days))) == interval


def test_a_months_bucket_ends_with_the_month(midnight):
    assert bucket_window(midnight.replace(day=1), Interval.MONTH).end == midnight.replace(month=12, day=1)


@pytest.mark.parametrize(("total", "walks"), [(0, 1), (900, 1), (24_000, 1), (26_000, 2), (200_000, 8)])
def test_walks_are_as_many_as_their_last_pages_may_cost(total, walks):
    assert walks_for(total, 1_000, threads=8) == walks


def test_the_estimate_counts_pages_and_the_count_at_the_end_and_what_several_walks_cost():
    assert [estimate_requests(total, 1_000, threads=8) for total in (0, 900, 2_500)] == [2, 2, 4]
    assert estimate_requests(26_500, 1_000, threads=8) == 27 + 1 + 2


def test_an_even_cut_looks_inside_the_buckets(midnight, day):
    pieces = cut_evenly(day, buckets(midnight, 0, 100, 0, 300), 4)

    assert [piece.end - midnight for piece in pieces] == [
        2 * HOUR,
        3 * HOUR + HOUR / 3,
        3 * HOUR + HOUR * 2 / 3,
        24 * HOUR,
    ]


def test_a_cut_to_size_joins_small_buckets_and_divides_large_ones(midnight, day):
    pieces = cut_to_size(day, buckets(midnight, 5, 5, 5, 20), 10)

    assert [(piece.end - midnight) / HOUR for piece in pieces] == [2, 3, 3.5, 24]


def test_dates_in_no_order_are_a_sample_of_the_whole(midnight, day):
    dates = [midnight + n * HOUR for n in (20, 21, 22, 23, 3)]

    pieces = cut_by_sample(day, dates, total=12, page_rows=5)

    assert [(piece.end - midnight) / HOUR for piece in pieces] == [20, 22, 24]


def test_a_crowded_instant_of_a_sample_stands_alone(midnight, day):
    noon = midnight + 12 * HOUR

    pieces = cut_by_sample(day, [noon, noon, noon, midnight], total=100, page_rows=4)

    assert Window(noon, noon + TICK) in pieces


@given(data=st.data())
def test_every_cut_tiles_the_window_and_a_sample_makes_it_smaller(data, midnight, day):
    counts = buckets(midnight - 2 * HOUR, *data.draw(st.lists(st.integers(0, 50), max_size=30)))
    places = data.draw(st.lists(st.integers(-5, 90_000_000), min_size=1, max_size=9))
    dates = [midnight + place * TICK for place in places]
    length = data.draw(st.integers(2, 86_400_000))
    short = Window(midnight, midnight + length * TICK)

    sampled = cut_by_sample(short, dates, data.draw(st.integers(2, 500)), data.draw(st.integers(1, 9)))

    assert tiling_problems(short, sampled) == []
    assert len(sampled) > 1
    assert tiling_problems(day, cut_evenly(day, counts, data.draw(st.integers(1, 9)))) == []
    assert tiling_problems(day, cut_to_size(day, counts, data.draw(st.integers(1, 60)))) == []


def test_values_are_grouped_up_to_a_page_and_larger_ones_stand_alone():
    groups = group_values({"a": 4, "b": 3, "c": 12, "d": 7, "e": 0}, 10)

    assert groups == [(("c",), 12), (("d", "b"), 10), (("a",), 4)]


def test_a_group_names_at_most_two_hundred_values():
    groups = group_values({f"asset-{n}": 1 for n in range(450)}, 10_000)

    assert [len(values) for values, _ in groups] == [200, 200, 50]
