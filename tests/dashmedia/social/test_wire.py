from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

from dashmedia.social import wire
from dashmedia.social.models import NewMedia

NEW = NewMedia(
    source_id="0b6e2f6a-6c0e-5b1a-9a53-5d0f6f1f2a11",
    url="https://s3.example/images/uploads/1.jpg",
    filename="store-17_look-03.jpg",
    source_created_at=datetime(2026, 7, 1, 16, 3, 22, 999, tzinfo=timezone(timedelta(hours=2))),
)


def test_a_create_sends_the_six_members_of_the_guide():
    assert wire.create_body(NEW) == {
        "source": "UPLOAD",
        "source_id": "0b6e2f6a-6c0e-5b1a-9a53-5d0f6f1f2a11",
        "type": "UPLOADED",
        "url": "https://s3.example/images/uploads/1.jpg",
        "meta": {"filename": "store-17_look-03.jpg"},
        "source_created_at": "2026-07-01T14:03:22Z",
    }


def test_meta_can_be_switched_to_text_in_one_place(monkeypatch):
    monkeypatch.setattr(wire, "META_AS_OBJECT", False)

    assert json.loads(wire.create_body(NEW)["meta"]) == {"filename": "store-17_look-03.jpg"}


def test_a_listing_asks_for_uploaded_media_by_day_with_its_own_offset():
    assert wire.list_body(date(2026, 7, 1), date(2026, 7, 2), 198) == {
        "limit": 99,
        "offset": 198,
        "filters": {
            "brand_media_types": ["UPLOADED"],
            "source_created_at": {"start": "2026-07-01", "end": "2026-07-02"},
        },
        "sort_fields": ["DATE"],
    }


def test_an_upload_url_is_asked_for_with_name_and_type():
    assert wire.issue_url_body("a.jpg", "image/jpeg") == {"filename": "a.jpg", "content_type": "image/jpeg"}


def test_the_paths_are_those_of_the_guide():
    assert wire.create_path(4242) == "/brands/4242/media"
    assert wire.list_path(4242) == "/brands/4242/media/v2"
    assert wire.media_path(4242, 7) == "/brands/4242/media/v2/7"


def test_a_time_is_written_in_utc():
    assert wire.time_text(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00Z"
