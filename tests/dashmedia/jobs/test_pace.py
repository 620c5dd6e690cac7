from __future__ import annotations

import random
from statistics import mean

import pytest
from pydantic import ValidationError

from benchmarks.waiting import MOST_LOOKS, SHAPES, TEN_MINUTES_S, allowed_s, linear, queued, uneven, wait_for
from dashmedia.jobs import JobPace, Pacer

#: Jobs of each kind, and so many where the mean is near its bound; `python -m benchmarks waiting` prints the figures.
JOBS = 200
MANY_JOBS = 1_500


@pytest.fixture
def dice():
    return random.Random(3)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("longest_s", [TEN_MINUTES_S, 2 * TEN_MINUTES_S])
def test_the_end_is_known_a_tenth_of_the_duration_and_half_a_second_late_on_average(dice, shape, longest_s):
    durations = [longest_s * (number + 0.5) / MANY_JOBS for number in range(MANY_JOBS)]

    late_s = mean(wait_for(duration, shape(dice)).delay_s for duration in durations)

    assert late_s <= mean(map(allowed_s, durations))


@pytest.mark.parametrize("shape", [linear, uneven, queued])
@pytest.mark.parametrize("shortest_s", [1, 5, 20, 60, 300, 1_200])
def test_where_steps_count_that_is_so_for_every_duration(dice, shape, shortest_s):
    durations = [shortest_s * (1 + number / JOBS) for number in range(JOBS)]

    late_s = mean(wait_for(duration, shape(dice)).delay_s for duration in durations)

    assert late_s <= mean(map(allowed_s, durations))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_job_of_ten_minutes_takes_twenty_looks_at_most(dice, shape):
    assert max(wait_for(TEN_MINUTES_S, shape(dice)).looks for _ in range(JOBS)) <= MOST_LOOKS


def test_waits_grow_from_the_first_and_are_constant_at_the_longest_until_the_job_is_old(dice):
    pacer, ages, waits = Pacer(), [0.0], []
    while ages[-1] < 400:
        waits.append(pacer.wait_s(ages[-1], None))
        ages.append(ages[-1] + waits[-1])

    assert waits[:3] == pytest.approx([0.5, 1.0, 2.0])
    assert waits == sorted(waits)
    assert 30.0 in waits
    assert waits[-1] == pytest.approx(0.185 * ages[-2], rel=0.1)


def test_a_job_that_is_attached_to_is_waited_for_as_its_age_says():
    assert Pacer().wait_s(1_000, None) == pytest.approx(185)


def test_the_wait_is_until_just_behind_the_end_that_the_steps_tell():
    pacer = Pacer()
    pacer.wait_s(10, 0.5)

    assert pacer.wait_s(14, 0.7) == pytest.approx(6 + 0.02 * 14)


def test_steps_that_begin_anew_are_no_forecast():
    pacer = Pacer()
    pacer.wait_s(10, 0.9)

    assert pacer.wait_s(14, 0.1) == Pacer().wait_s(14, None)


def test_a_pace_of_ones_own_is_kept():
    pace = JobPace(first_s=2, longest_s=5)

    waits = [Pacer(pace).wait_s(age_s, None) for age_s in (0, 1, 20)]

    assert waits == pytest.approx([2, 3, 5])


@pytest.mark.parametrize("wrong", [{"first_s": 0}, {"longest_s": -1}, {"budget_s": float("nan")}, {"every_s": 3}])
def test_a_pace_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValidationError):
        JobPace(**wrong)


def test_no_schedule_of_twenty_looks_keeps_the_bound_for_every_duration_of_a_job_without_steps():
    age_s, looks = 0.0, 0
    while age_s < TEN_MINUTES_S:
        age_s += (age_s + 5) / 4.5  # half of that is the mean delay of the durations in between
        looks += 1

    assert looks == 24
