from __future__ import annotations

from datetime import timedelta

import pytest
from support.publishing import LAST, over_days, publish

from dashmedia.errors import IncompleteExportError
from dashmedia.exports.cross_check import cross_check, join_windows
from dashmedia.exports.rollups import compute_rollups
from dashmedia.exports.windows import Window


@pytest.fixture
def events(spread):
    return over_days(spread(900))


@pytest.fixture
def make_rollups(tmp_path, service):
    def make(search):
        return compute_rollups(str(tmp_path), publish(tmp_path, search))

    return make


@pytest.mark.parametrize("ends", [(True, True), (True, False), (False, True), (False, False)])
def test_rollups_agree_with_the_service_however_it_reads_range_ends(service, events, make_rollups, ends):
    search = service(events, from_inclusive=ends[0], to_inclusive=ends[1])
    rollups = make_rollups(search)

    agreed = cross_check(search, rollups)

    assert agreed == sum((4, 1, 3, 1, 5, 1, 97, 1))


@pytest.mark.parametrize("most", [1, 3])
def test_a_service_that_names_only_its_most_frequent_values_agrees(service, events, make_rollups, most):
    search = service(events)
    rollups = make_rollups(search)
    search.terms_most = most

    assert cross_check(search, rollups) == sum(min(most, values) + 1 for values in (4, 3, 5, 97))


def test_events_outside_the_days_do_not_matter(service, events, make_rollups, event, midnight):
    after = midnight + timedelta(days=1)
    search = service([*events, event(5_000, after), event(5_001, midnight - timedelta(days=2, milliseconds=1))])
    rollups = make_rollups(search)

    assert cross_check(search, rollups)


def test_an_event_that_came_late_is_a_difference_with_its_numbers(service, events, make_rollups, event, midnight):
    rollups = make_rollups(service(list(events)))
    late = event(5_000, midnight + timedelta(hours=3), user_type="API")

    with pytest.raises(IncompleteExportError, match="by user_type the service counts otherwise") as caught:
        cross_check(service([*events, late]), rollups)

    assert caught.value.numbers == {"differences": 1, "API at the service": 226, "API here": 225}


def test_an_event_that_changed_its_value_is_a_difference(service, events, make_rollups):
    rollups = make_rollups(service(list(events)))
    changed = [events[0]._replace(portal_id=None), *events[1:]]

    with pytest.raises(IncompleteExportError, match="by portal_id") as caught:
        cross_check(service(changed), rollups)

    assert caught.value.numbers["differences"] == 2


def test_days_with_a_gap_are_asked_for_apart(tmp_path, service, events, make_rollups):
    search = service(events)
    windows = publish(tmp_path, search)
    del windows[LAST - timedelta(days=1)]
    rollups = compute_rollups(str(tmp_path), windows)
    search.calls.clear()

    cross_check(search, rollups)

    assert [kind for kind, _ in search.calls].count("terms") == 8


def test_no_days_need_no_request(tmp_path, service):
    search = service([])

    assert cross_check(search, compute_rollups(str(tmp_path), {})) == 0
    assert search.calls == []


def test_windows_that_meet_are_joined(midnight):
    hours = [Window(midnight + timedelta(hours=n), midnight + timedelta(hours=n + 1)) for n in (3, 0, 1)]

    joined = join_windows(hours)

    assert joined == [Window(midnight, midnight + timedelta(hours=2)), hours[0]]
