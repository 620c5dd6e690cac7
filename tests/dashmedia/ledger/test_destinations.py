from __future__ import annotations

import pytest

from dashmedia.ledger import service_of, social_destination, source_id_for


@pytest.mark.parametrize(
    ("api_url", "destination", "service"),
    [
        ("https://library-backend.dashsocial.com", "social:4242", "social"),
        ("https://Library-Backend.dashsocial.com/", "social:4242", "social"),
        ("http://127.0.0.1:8123/", "social:4242@127.0.0.1:8123", "social@127.0.0.1:8123"),
        ("http://user:secret@127.0.0.1:8123", "social:4242@127.0.0.1:8123", "social@127.0.0.1:8123"),
    ],
)
def test_a_rehearsal_is_another_destination_than_production(api_url, destination, service):
    assert social_destination(4242, api_url) == destination
    assert service_of(api_url) == service


def test_a_source_id_never_changes():
    assert source_id_for("social:4242", "AB" * 32) == source_id_for("social:4242", "ab" * 32)
    assert source_id_for("social:4242", "ab" * 32) == "08fb31c2-ef9d-5418-84e3-3d7a67f2f12c"
