from datetime import timedelta

import pytest

from dashmedia.exports.fetch import export_window
from dashmedia.exports.lateness import LateEvents, find_late, sum_lateness
from dashmedia.exports.windows import Window


@pytest.fixture
def looked_twice(service, event, midnight):
    """An export at noon of the next day and one a day later, with two events more and one gone."""
    day = Window(midnight, midnight + timedelta(days=1))
    noon = day.end + timedelta(hours=12)
    events = [event(n, midnight + timedelta(hours=n)) for n in range(5)]
    first = export_window(service(list(events)), day, now=lambda: noon)
    more = [event(10 + n, midnight + timedelta(hours=20 + n)) for n in range(2)]
    second = export_window(service([*events[1:], *more]), day, now=lambda: noon + timedelta(days=1))
    return first, second


def test_late_events_came_between_the_two_looks(looked_twice):
    first, second = looked_twice

    found = find_late(first.table.column("event_id").to_pylist(), first.certificate, second)

    assert found.at_least_s == (16 * 3600.0, 15 * 3600.0)
    assert found.at_most_s == (40 * 3600.0, 39 * 3600.0)
    assert found.gone == 1


def test_an_export_without_anything_new_has_no_late_events(looked_twice):
    first, _ = looked_twice

    found = find_late(first.table.column("event_id").to_pylist(), first.certificate, first)

    assert found == LateEvents((), (), 0)


def test_the_curve_counts_what_surely_came_later():
    days = [LateEvents((1800.0, 7 * 3600.0), (3600.0, 9 * 3600.0)), LateEvents((100 * 3600.0,), (110 * 3600.0,), 2)]

    found = sum_lateness(days, of=50)

    assert (found.events, found.gone, found.of) == (3, 2, 50)
    assert (found.at_least_s, found.at_most_s) == (100 * 3600.0, 110 * 3600.0)
    assert found.later_than == {1: 2, 6: 2, 24: 1, 72: 1, 168: 0, 720: 0}
    assert found.maybe_later_than == {1: 2, 6: 2, 24: 1, 72: 1, 168: 0, 720: 0}


def test_nothing_late_has_no_lateness():
    assert sum_lateness([], of=10).at_least_s is None
