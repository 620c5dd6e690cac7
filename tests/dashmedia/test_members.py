from __future__ import annotations

import pytest

from dashmedia.members import as_count, as_object, as_text, describe


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ({"a": 1, "b": "secret"}, "an object with a, b"),
        ({}, "an object with no members"),
        ([1, 2], "a list of 2"),
        ("secret", "text of 6 characters"),
        (1.5, "a float"),
    ],
)
def test_a_value_is_described_without_its_content(value, words):
    assert describe(value) == words


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (7, 7), ("12", 12), (-1, None), (True, None), ("x", None), (1.0, None), ("9" * 20, None)],
)
def test_a_count_is_a_whole_number_or_digits(value, count):
    assert as_count(value) == count


def test_what_is_of_another_kind_is_as_good_as_nothing():
    assert (as_object({"a": 1}), as_object([1]), as_object(None)) == ({"a": 1}, {}, {})
    assert (as_text("a"), as_text(""), as_text(1)) == ("a", None, None)


@pytest.mark.parametrize("value", [2**63, 10**400, str(2**63)])
def test_a_number_that_no_database_keeps_is_no_count(value):
    assert as_count(value) is None
    assert as_count(2**63 - 1) == 2**63 - 1
