from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.dam.models import Page
from dashmedia.dam.pages import each_once, pages_of, read_whole
from dashmedia.errors import TransientError


@dataclass(frozen=True)
class Row:
    id: str


class Service:
    """Rows that may change: `edits` are made before the call with that number; at most `most` rows come on a page."""

    def __init__(self, rows, edits=None, most=1_000):
        self.rows, self.edits, self.most, self.asked = list(rows), edits or {}, most, []

    def __call__(self, start, size):
        if edit := self.edits.get(len(self.asked)):
            edit(self.rows)
        self.asked.append((start, size))
        found = self.rows[start : start + min(size, self.most)]
        return Page(len(self.rows), [Row(one) for one in found])


def ids(service, page_rows=2, cap=10):
    return [row.id for row in read_whole(service, endpoint="POST rows", page_rows=page_rows, cap=cap)]


@given(st.integers(0, 12), st.integers(1, 15), st.integers(1, 5), st.integers(12, 20))
def test_every_row_comes_once_and_no_page_reaches_beyond_the_cap(count, page_rows, most, cap):
    service = Service(map(str, range(count)), most=most)

    found = ids(service, page_rows, cap)

    assert found == [str(number) for number in range(count)]
    assert all(start + size <= cap for start, size in service.asked)


def test_pages_end_at_the_cap_whatever_is_counted():
    service = Service("abcdefg")

    assert [len(page.records) for page in pages_of(service, 2, 5)] == [2, 2, 1]
    assert service.asked == [(0, 2), (2, 2), (4, 1)]


def test_a_row_that_slipped_to_a_page_already_read_comes_with_the_second_pass():
    service = Service("abcdef", edits={1: lambda rows: rows.remove("a")})

    assert ids(service) == ["a", "b", "d", "e", "f", "c"]


def test_rows_that_are_added_meanwhile_double_nothing_and_hide_nothing():
    service = Service("abcdef", edits={1: lambda rows: rows.insert(0, "new"), 2: lambda rows: rows.append("last")})

    assert ids(service) == ["a", "b", "c", "d", "e", "f", "last", "new"]


def test_a_service_that_counts_more_than_it_gives_is_named_after_the_second_pass():
    def service(start, size):
        return Page(5, [Row(one) for one in "abc"[start : start + size]])

    with pytest.raises(TransientError, match="POST rows: 3 different rows came of 5 counted; seen at try 2"):
        ids(service)


def test_a_service_that_repeats_itself_comes_to_an_end():
    pages = []

    def read():
        while True:
            pages.append(1)
            yield Page(5, [Row("a"), Row("b")])

    with pytest.raises(TransientError, match="2 different rows came of 5 counted"):
        list(each_once(read, "POST rows"))
    assert len(pages) == 22
