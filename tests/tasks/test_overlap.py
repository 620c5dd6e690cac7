"""Batches side by side."""

import threading

import pytest

from tasks.overlap import for_each_overlapping

#: Nothing here waits so long unless it is broken, in seconds.
LONG_S = 5


def test_a_slow_item_holds_nobody_up():
    last_began = threading.Event()
    in_time = []

    def steps(number):
        if number == 0:
            in_time.append(last_began.wait(LONG_S))
        if number == 9:
            last_began.set()

    for_each_overlapping(range(10), steps, 2)

    assert in_time == [True]


def test_no_more_than_the_width_are_under_way_and_no_more_are_read():
    read, ended, most = [], [], []

    def items():
        for number in range(20):
            read.append(number)
            yield number

    def steps(number):
        most.append(len(read) - len(ended))
        ended.append(number)

    for_each_overlapping(items(), steps, 3)

    assert sorted(ended) == list(range(20))
    assert max(most) <= 3


def test_the_first_trouble_comes_out_once_the_others_have_ended():
    ended, begun = [], threading.Event()

    def steps(number):
        if number == 1:
            begun.wait(LONG_S)
            message = "number 1"
            raise ValueError(message)
        begun.set()
        ended.append(number)

    with pytest.raises(ValueError, match="number 1"):
        for_each_overlapping(iter(range(100)), steps, 2)

    assert 0 in ended
    assert len(ended) < 99
