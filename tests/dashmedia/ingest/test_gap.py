from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashmedia.ingest.gap import GapLook
from dashmedia.ledger.gaps import Gap
from dashmedia.social.models import Media

GAP = Gap(datetime(2026, 11, 3, 9, tzinfo=UTC), datetime(2026, 11, 5, 18, tzinfo=UTC))
TODAY = date(2026, 11, 22)


class Library:
    """Holds media; those of a day are found only by that day."""

    def __init__(self, *media: Media) -> None:
        self.media = media
        self.asked: list[tuple] = []

    def list_media(self, brand_id, start, end):
        self.asked.append((brand_id, start, end))
        return [one for one in self.media if start <= one.source_created_at.date() <= end]

    def find_media(self, brand_id, wanted):
        self.asked.append((brand_id, dict(wanted)))
        return {one.source_id: one for one in self.media if wanted.get(one.source_id) == one.source_created_at.date()}


def media(number, source_id, day=4):
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    return Media(id=number, brand_id=4242, source_id=source_id, source_created_at=at)


@pytest.fixture
def look():
    return GapLook(GAP)


def test_what_the_lost_run_dated_by_itself_is_found_in_its_days(look):
    library = Library(media(1, "a"), media(2, "b", day=22))

    found = look.find(library, 4242, {"a": TODAY, "b": TODAY, "c": TODAY})

    assert {source_id: one.id for source_id, one in found.items()} == {"a": 1, "b": 2}
    assert library.asked == [(4242, GAP.since.date(), GAP.until.date()), (4242, {"b": TODAY, "c": TODAY})]


def test_the_days_of_the_gap_are_listed_once_for_all_batches(look):
    library = Library(media(1, "a"), media(2, "b"))

    for source_id in ("a", "b"):
        look.find(library, 4242, {source_id: TODAY})

    assert [len(each) for each in library.asked].count(3) == 1


def test_of_two_records_of_the_gap_the_first_created_is_adopted(look):
    assert look.find(Library(media(9, "a"), media(5, "a")), 4242, {"a": TODAY})["a"].id == 5
