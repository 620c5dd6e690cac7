from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from dashmedia.social.models import Media, NewMedia, UploadUrl


@pytest.mark.parametrize(
    "issued",
    [
        "https://s3.example/a.jpg?X-Amz-Signature=deadbeef",
        "https://s3.example/a.jpg?a?b#c",
        "https://s3.example/a.jpg#c?d",
        "https://s3.example/a.jpg",
    ],
)
def test_the_bare_form_has_no_query(issued):
    url = UploadUrl.of(issued)

    assert (url.signed, url.bare) == (issued, "https://s3.example/a.jpg")


def test_the_signed_form_is_not_in_the_repr():
    assert "deadbeef" not in repr(UploadUrl.of("https://s3.example/a.jpg?X-Amz-Signature=deadbeef"))


@pytest.mark.parametrize(
    ("status", "is_ready", "has_failed"),
    [
        ("PROCESSED", True, False),
        ("processed", True, False),
        ("FAILED", False, True),
        ("ERROR", False, True),
        ("PENDING", False, False),
        (None, False, False),
    ],
)
def test_any_other_word_than_the_known_ones_is_not_yet(status, is_ready, has_failed):
    media = Media(id=1, brand_id=2, brand_media_status=status)

    assert (media.is_ready, media.has_failed) == (is_ready, has_failed)


@pytest.mark.parametrize("text", ["2026-07-01T14:03:22", "2026-07-01T14:03:22Z", "2026-07-01T16:03:22+02:00"])
def test_a_naive_time_is_utc_and_any_other_is_turned_into_it(text):
    media = Media(id=1, brand_id=2, source_created_at=text)

    assert media.source_created_at == datetime(2026, 7, 1, 14, 3, 22, tzinfo=UTC)
    assert media.source_created_at.tzinfo is UTC


def test_a_time_outside_the_calendar_is_no_time():
    with pytest.raises(ValidationError, match="outside the years"):
        NewMedia(source_id="s", url="u", filename="f", source_created_at="0001-01-01T00:00:00+02:00")
