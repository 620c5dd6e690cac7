from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.ingesting import settings_of

from dashmedia.errors import ContractError
from dashmedia.limits import SOCIAL_PAGE_ITEMS
from dashmedia.rate import RequestTally
from dashmedia.social import open_social
from dashmedia.social.listing import LEAST_READ, PADDING, Window, merge_days, read_all, read_while_worth
from dashmedia.social.models import Media, NewMedia, Page


def day(number):
    return date(2026, 7, number)


def records(*ids):
    return [Media(id=one, brand_id=1) for one in ids]


def sown(ours, of):
    """So many records of which the first `ours` of each ten are ours, told by their `source_id`."""
    return [Media(id=one, brand_id=1, source_id=f"{'ours' if one % 10 < ours else 'other'}-{one}") for one in range(of)]


class Library:
    """Pages of three from a list of ids that `changes` alters before the page of that number."""

    def __init__(self, ids, changes=None, *, tells_total=True, tells_last=False, size=3):
        self.ids, self.changes, self.size = list(ids), changes or {}, size
        self.tells_total, self.tells_last = tells_total, tells_last
        self.offsets = []

    def page(self, offset):
        self.ids = self.changes.get(len(self.offsets), self.ids)
        self.offsets.append(offset)
        end = offset + self.size
        return Page(
            records(*self.ids[offset:end]),
            total=len(self.ids) if self.tells_total else None,
            is_last=self.tells_last and end >= len(self.ids),
        )


def read(library):
    pauses = []
    found = [media.id for media in read_all(library.page, lambda: pauses.append(1))]
    assert len(pauses) == len(library.offsets) - 1
    return found


@pytest.mark.parametrize("told", [{}, {"tells_total": False}, {"tells_total": False, "tells_last": True}])
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_every_record_comes_once_whatever_the_pages_tell(told, count):
    assert read(Library(range(count), **told)) == list(range(count))


def test_the_total_saves_asking_for_an_empty_page():
    library = Library(range(6))
    read(library)

    assert library.offsets == [0, 3]


def test_offsets_follow_what_came_not_what_was_asked_for():
    library = Library(range(5), size=2)

    assert read(library) == [0, 1, 2, 3, 4]
    assert library.offsets == [0, 2, 4]


def test_records_pushed_to_the_next_page_by_new_ones_come_once():
    assert read(Library(range(7), {1: [90, 91, *range(7)]})) == list(range(7))


def test_records_that_move_up_when_others_go_are_not_missed():
    assert sorted(read(Library(range(7), {1: [0, 2, 3, 4, 5, 6]}))) == list(range(7))


def test_a_library_that_shrinks_below_our_place_is_read_to_its_end():
    assert {5, 6, 7} <= set(read(Library(range(9), {2: [0, 4, 5, 6, 7]})))


def test_a_service_that_ignores_the_offset_and_tells_no_total_comes_to_an_end():
    stuck = Page(records(1, 2, 3), total=None, is_last=False)

    assert [media.id for media in read_all(lambda _offset: stuck, lambda: None)] == [1, 2, 3]


def test_a_service_that_ignores_the_offset_of_a_large_library_is_an_error_and_no_endless_walk():
    stuck = Page(records(1, 2, 3), total=1_000_000, is_last=False)

    with pytest.raises(ContractError, match="20 pages in a row without a new record"):
        list(read_all(lambda _offset: stuck, lambda: None))


def test_a_library_of_which_hundreds_go_while_it_is_read_is_still_read_to_its_end():
    library = Library(range(300), {60: range(200)})

    assert read(library) == list(range(200))


def test_a_record_twice_on_one_page_comes_once():
    page = Page(records(1, 1, 2), total=2, is_last=True)

    assert [media.id for media in read_all(lambda _offset: page, lambda: None)] == [1, 2]


def test_nothing_more_is_read_than_is_asked_for():
    library = Library(range(9))

    next(read_all(library.page, lambda: None))

    assert library.offsets == [0]


def test_days_whose_padding_touches_share_a_window():
    assert merge_days([day(9), day(1), day(4), day(4)]) == [Window(day(1), day(4)), Window(day(9), day(9))]


def test_no_days_need_no_window():
    assert merge_days([]) == []


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 1))))
def test_windows_cover_every_day_and_never_ask_for_a_day_twice(days):
    windows = merge_days(days)

    assert all(any(window.holds(one) for window in windows) for one in days)
    padded = [window.padded() for window in windows]
    assert all(early.end + PADDING < late.start for early, late in pairwise(padded))


@pytest.fixture
def library(sandbox):
    with open_social(settings_of(sandbox), tally=RequestTally()) as client:
        yield client


def fill(library, count):
    """`count` records of as many minutes; their source ids, oldest first."""
    first = datetime(2026, 7, 1, tzinfo=UTC)
    new = [
        NewMedia(
            source_id=f"{number:04}",
            url="https://cdn.example.com/look.jpg",
            filename="look.jpg",
            source_created_at=first + timedelta(minutes=number),
        )
        for number in range(count)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: library.create_media(4242, one), new))
    return [one.source_id for one in new]


def test_a_listing_of_several_pages_comes_whole_from_a_service_that_changes_it_meanwhile(sandbox, library):
    ids = fill(library, 2 * SOCIAL_PAGE_ITEMS + 5)

    for bend in ("steady", "repeating", "shifting", "growing", "shrinking"):
        sandbox.tell("variant", {"list_pages": bend})
        listed = [one.source_id for one in library.list_media(4242, day(1), day(1))]
        oldest = library.find_media(4242, {ids[0]: day(1)})

        assert sorted(listed) == ids, bend
        assert set(oldest) == {ids[0]}, bend
    assert sandbox.ask("requests")["list_media"] >= 5 * 2 * 3


@pytest.mark.parametrize(
    ("ours", "wanted", "one_in", "read"),
    [
        pytest.param(1, 500, 10, 5_000, id="thick enough"),
        pytest.param(0, 500, 10, LEAST_READ, id="three pages tell"),
        pytest.param(0, 4, 10, 40, id="four are asked for sooner"),
        pytest.param(0, 500, None, 5_000, id="everything"),
    ],
)
def test_a_listing_is_read_while_ours_are_thick_in_it(ours, wanted, one_in, read):
    records = sown(ours, 5_000)
    names = {f"ours-{number}" for number in range(5_000 if ours else wanted)}

    assert len(list(read_while_worth(records, names, one_in))) == read


def test_ours_on_top_of_a_large_library_are_found_and_then_no_more_is_read():
    records = [Media(id=one, brand_id=1, source_id=f"ours-{one}") for one in range(400)] + sown(0, 50_000)

    seen = list(read_while_worth(records, {f"ours-{one}" for one in range(400)}, 10))

    assert len(seen) == 4_001


def test_a_service_that_ignores_the_offset_and_counts_without_end_is_refused():
    stuck = Page(records(1, 2, 3), total=10**18, is_last=False)

    with pytest.raises(ContractError, match="20 pages in a row without a new record, at offset 60"):
        list(read_all(lambda _offset: stuck, lambda: None))
