from datetime import UTC, date, datetime, timedelta

import pytest

from dashmedia.errors import DestinationError
from dashmedia.exports.lateness import LateEvents, sum_lateness
from dashmedia.exports.lateness_history import Look, add_look, sum_up

HOUR = 3600.0
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def look(number, *late, rows=1_000):
    """The look of a day, at events late by at least and at most so many hours."""
    found = [LateEvents((least * HOUR,), (most * HOUR,)) for least, most in late]
    day = date(2026, 11, 20) + timedelta(days=number)
    return Look(
        run_id=f"run {number}",
        looked_at=NOON + timedelta(days=number),
        rows={day: rows},
        late=sum_lateness(found, rows),
    )


@pytest.fixture(params=["folder", "memory"])
def destination(request, tmp_path):
    return str(tmp_path / "out") if request.param == "folder" else f"memory://{tmp_path.name}"


def test_the_curve_grows_with_every_look(destination):
    looks = [look(0, (2, 3)), look(1), look(2, (2, 30), (80, 100))]

    seen = [add_look(destination, one) for one in looks]

    assert [(one.looks, one.events, one.of) for one in seen] == [(1, 1, 1_000), (2, 1, 2_000), (3, 3, 3_000)]
    assert seen[-1].later_than == {1: 3, 6: 1, 24: 1, 72: 1, 168: 0, 720: 0}
    assert seen[-1].since == NOON
    assert seen[-1].at_least_s == 80 * HOUR


def test_a_day_that_is_looked_at_again_counts_once_with_its_latest_number():
    again = look(0, (2, 3)).model_copy(update={"rows": {date(2026, 11, 20): 1_001}})

    assert sum_up([look(0), again]).of == 1_001


def test_enough_hours_are_those_after_which_hardly_any_may_come():
    assert sum_up([look(0, (2, 30), rows=900)]).enough_hours == 72
    assert sum_up([look(0, (2, 30), rows=1_000)]).enough_hours == 1
    assert sum_up([look(0, (2, 1_000), rows=9)]).enough_hours is None
    assert sum_up([look(0, rows=0)]).enough_hours is None


def test_a_history_that_was_harmed_is_named_and_left_alone(tmp_path):
    add_look(str(tmp_path), look(0))
    (tmp_path / "lateness.jsonl").write_text("{}")

    with pytest.raises(DestinationError, match=r"a line of lateness.jsonl is not as it was written"):
        add_look(str(tmp_path), look(1))

    assert (tmp_path / "lateness.jsonl").read_text() == "{}"
