"""Days of any zone, and cuts of windows: every instant lies in one of them and in no other."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashmedia.exports.windows import TICK, Window, day_windows, find_zone, tiling_problems

#: With clocks that change at midnight, by half an hour, twice in a week, or over a whole day.
ZONES = st.sampled_from(
    [
        "America/Asuncion", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Asia/Pyongyang", "America/Caracas",
        "Europe/Dublin", "Antarctica/Troll", "Asia/Gaza", "America/Nuuk", "Europe/London",
    ]
)  # fmt: skip
DAYS = st.dates(date(2005, 1, 1), date(2030, 1, 1))


@given(ZONES, DAYS, st.integers(0, 40), st.data())
def test_an_instant_lies_in_the_window_of_its_local_day_and_in_no_other(name, first, more, data):
    windows = day_windows(first, first + timedelta(days=more), find_zone(name))
    if not windows:
        return
    spans = list(windows.values())
    place = data.draw(st.integers(0, (spans[-1].end - spans[0].start) // TICK - 1))
    at = data.draw(
        st.sampled_from(
            [spans[0].start + place * TICK, *(one.start for one in spans), *(one.end - TICK for one in spans)]
        )
    )

    holding = [day for day, window in windows.items() if at in window]

    assert holding == [at.astimezone(ZoneInfo(name)).date()]


@given(st.integers(1, 10**7), st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**6)), max_size=6))
def test_a_tiling_with_a_gap_or_an_overlap_is_never_taken_for_whole(length, pieces):
    start = datetime(2026, 3, 29, tzinfo=UTC)
    whole = Window(start, start + length * TICK)
    windows = [Window(start + a * TICK, start + (a + b) * TICK) for a, b in pieces]

    is_told_whole = tiling_problems(whole, windows) == []

    ordered = sorted(windows, key=lambda one: one.start)
    ends = [whole.start, *(one.end for one in ordered)]
    is_whole = bool(ordered) and [one.start for one in ordered] == ends[:-1] and ends[-1] == whole.end
    assert is_told_whole == is_whole
