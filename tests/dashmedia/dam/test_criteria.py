from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dashmedia.dam.criteria import And, AnyOf, Equals, IsEmpty, MatchAll, Matches, Not, Or, Range, one_of
from dashmedia.dam.field_refs import Custom, Fixed, Plain
from dashmedia.errors import CriterionError

STATE = Fixed("LIFECYCLE_STATE")
TITLE = Custom("f-1", label="Title")
DATE = Plain("DATE")
STAGED = Equals(STATE, "STAGED")
UNTITLED = IsEmpty(TITLE)
PHOTO = Matches(Fixed("FILENAME"), "*.jpg")


def test_criteria_are_joined_by_operators_without_nesting():
    assert And((STAGED, UNTITLED, PHOTO)) == STAGED & UNTITLED & PHOTO
    assert Or((STAGED, UNTITLED, PHOTO)) == STAGED | UNTITLED | PHOTO
    assert And((Or((STAGED, UNTITLED)), PHOTO)) == (STAGED | UNTITLED) & PHOTO


def test_a_negation_is_undone_by_another():
    assert Not(STAGED) == ~STAGED
    assert ~~STAGED is STAGED


def test_criteria_are_values():
    assert {Equals(STATE, "LIVE"), Equals(STATE, "LIVE")} == {Equals(STATE, "LIVE")}
    assert AnyOf(STATE, ["LIVE", "STAGED"]) == AnyOf(STATE, ("LIVE", "STAGED"))


def test_one_value_needs_no_list():
    assert one_of(STATE, ["LIVE"]) == Equals(STATE, "LIVE")
    assert one_of(STATE, ["LIVE", "STAGED"]) == AnyOf(STATE, ("LIVE", "STAGED"))


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (MatchAll(), "everything"),
        (And(()), "everything"),
        (STAGED & ~UNTITLED, "lifecycle state is STAGED and not (“Title” is empty)"),
        ((STAGED | UNTITLED) & PHOTO, "(lifecycle state is STAGED or “Title” is empty) and filename matches “*.jpg”"),
        (STAGED & UNTITLED | PHOTO, "(lifecycle state is STAGED and “Title” is empty) or filename matches “*.jpg”"),
        (AnyOf(STATE, ["STAGED", "LIVE"]), "lifecycle state is STAGED or LIVE"),
        (AnyOf(STATE, "abcdefgh".replace("", " ").split()), "lifecycle state is a or b or c or d or e or 3 more"),
        (Range(DATE, "2026-11-20", "2026-11-21"), "date from 2026-11-20 to 2026-11-21"),
        (Range(DATE, since="2026-11-20"), "date from 2026-11-20 on"),
        (Range(DATE, until="2026-11-21"), "date to 2026-11-21"),
    ],
)
def test_a_criterion_is_said_in_words(criterion, words):
    assert str(criterion) == words


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: AnyOf(STATE, ()), "one of no values"),
        (lambda: AnyOf(STATE, "LIVE"), "'LIVE' stands where a list is expected"),
        (lambda: AnyOf(STATE, ("LIVE", "")), "lifecycle state is compared with ''"),
        (lambda: AnyOf(STATE, None), "None stands where a list is expected"),
        (lambda: Equals(STATE, ""), "expected text, or “is empty”"),
        (lambda: Equals(STATE, 7), "lifecycle state is compared with 7"),
        (lambda: Matches(STATE, ""), "lifecycle state is compared with ''"),
        (lambda: Range(DATE), "The range of date has no end"),
        (lambda: Range(DATE, since=""), "date is compared with ''"),
        (lambda: Or(()), "A choice between no criteria"),
    ],
)
def test_what_might_be_taken_for_everything_cannot_be_made(make, complaint):
    with pytest.raises(CriterionError, match=complaint):
        make()


def test_a_range_of_times_is_written_in_utc_with_milliseconds():
    berlin = timezone(timedelta(hours=1))

    made = Range.of_times(
        DATE, datetime(2026, 11, 20, 1, tzinfo=berlin), datetime(2026, 11, 21, 0, 0, 0, 5000, tzinfo=UTC)
    )

    assert made == Range(DATE, "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.005Z")
    assert Range.of_times(DATE, until=datetime(2026, 11, 21, tzinfo=UTC)).since is None


@pytest.mark.parametrize("at", [datetime(2026, 11, 20), datetime(2026, 11, 20, 0, 0, 0, 1, tzinfo=UTC)])  # noqa: DTZ001 - the point
def test_an_end_without_zone_or_finer_than_the_api_is_refused(at):
    with pytest.raises(CriterionError, match="expected a time with a zone, in whole milliseconds"):
        Range.of_times(DATE, since=at)
