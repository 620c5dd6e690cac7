from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from dashmedia.exports.events import EVENT_SCHEMA, Packer
from dashmedia.exports.grouping import Grouping, join_measures, measure


def packed(events):
    packer = Packer()
    return packer.join([packer.pack(events)]).cast(EVENT_SCHEMA)


@pytest.mark.parametrize("pending", [0, 1_000_000])
def test_counts_do_not_depend_on_how_the_events_came(spread, pending):
    events = spread(500)
    group = Grouping("portal_id", pa.string(), pending)

    for start in range(0, 500, 37):
        group.add(packed(events[start : start + 37]))

    counts = dict(zip(*group.counts().select([0, 1]).to_pydict().values(), strict=True))
    assert counts == Counter(event.portal_id for event in events)


def test_the_most_come_first_then_ids_and_what_has_no_value_last(event, midnight):
    events = [event(n, midnight, user_type=kind) for n, kind in enumerate(["b", None, "a", "c", "c"])]
    group = Grouping("user_type", pa.string())

    group.add(packed(events))

    assert group.counts().column(0).to_pylist() == ["c", "a", "b", None]


def test_first_and_last_times_span_all_parts(spread):
    events = spread(100)
    group = Grouping("user_type", pa.string())
    for one in (events[60:], events[:60]):
        group.add(packed(one))

    row = next(row for row in group.counts().to_pylist() if row["user_type"] == "USER")

    times = [event.downloaded_at for event in events if event.user_type == "USER"]
    assert (row["first_downloaded_at"], row["last_downloaded_at"]) == (min(times), max(times))


def test_nothing_counted_has_columns_and_no_rows():
    counts = Grouping("user_type", pa.string()).counts()

    assert counts.num_rows == 0
    assert counts.column_names == ["user_type", "downloads", "first_downloaded_at", "last_downloaded_at"]


def test_measures_of_parts_join_to_those_of_the_whole(spread):
    events = spread(50)

    joined = join_measures([measure(packed(events[:20])), measure(packed(events[20:]))])

    assert joined == measure(packed(events))
    assert join_measures([]) == {"downloads": 0, "first_downloaded_at": None, "last_downloaded_at": None}
