from __future__ import annotations

from datetime import timedelta

import pytest

from dashmedia.exports.events import Packer
from dashmedia.exports.leaves import count_different_ids, make_leaf, make_tree, replace_leaves, spans_of
from dashmedia.exports.windows import Window

HOUR = timedelta(hours=1)


@pytest.fixture
def hours(midnight):
    return lambda first, last: Window(midnight + first * HOUR, midnight + last * HOUR)


@pytest.fixture
def leaf(hours, event):
    return lambda n, number=0: make_leaf(Packer(), hours(n, n + 1), [event(number or n, hours(n, n + 1).start)])


def test_a_leaf_holds_its_own_events_once_and_sorted(hours, event, midnight):
    events = [event(3, midnight), event(1, midnight + HOUR), event(2, midnight), event(3, midnight)]

    leaf = make_leaf(Packer(), hours(0, 1), events)

    assert leaf.batch.column("event_id").to_pylist() == ["event-0000002", "event-0000003"]
    assert leaf.node.rows == 2


def test_what_moved_is_fetched_in_whole_leaves_with_neighbours_joined(leaf, hours):
    leaves = [leaf(n) for n in range(6)]

    spans = spans_of(leaves, [hours(0.5, 1.5), hours(4.2, 4.3)])

    assert spans == [hours(0, 2), hours(4, 5)]


def test_what_moved_just_outside_the_window_is_looked_for_at_its_edge(leaf, hours):
    spans = spans_of([leaf(n) for n in range(3)], [hours(-1, 0)])

    assert spans == [hours(0, 1)]


def test_when_nobody_knows_what_moved_everything_is_fetched(leaf, hours):
    assert spans_of([leaf(n) for n in range(3)], []) == [hours(0, 3)]


def test_fresh_leaves_take_the_place_of_old_ones(leaf, hours):
    leaves = [leaf(n) for n in range(4)]

    replaced = replace_leaves(leaves, [hours(1, 3)], [leaf(2), leaf(1)])

    assert [each.window for each in replaced] == [each.window for each in leaves]
    assert make_tree(hours(0, 4), replaced).problems() == []


def test_an_id_in_two_leaves_counts_once(leaf):
    assert count_different_ids([leaf(1), leaf(2), leaf(3, number=1)]) == 2
