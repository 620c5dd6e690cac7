from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from dashmedia.dam import wire


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("auth0|65f0", "/users/auth0%7C65f0"),
        ("kim@acme.example", "/users/kim%40acme.example"),
        ("../assets/x?y#z", "/users/..%2Fassets%2Fx%3Fy%23z"),
        ("..", "/users/%2E%2E"),
    ],
)
def test_an_id_cannot_lead_to_another_resource(key, path):
    assert wire.user_path(key) == path


def test_each_kind_of_resource_has_its_path():
    paths = [make("1") for make in (wire.asset_path, wire.portal_path, wire.field_option_path)]

    assert paths == ["/assets/1", "/portals/1", "/field-options/1"]


def test_a_time_is_written_in_utc_with_milliseconds():
    at = datetime(2026, 7, 1, 16, 3, 22, 999, tzinfo=timezone(timedelta(hours=2)))

    assert wire.time_text(at) == "2026-07-01T14:03:22.000Z"


def test_every_dimension_of_an_export_has_a_field():
    assert set(wire.EVENT_FIELDS) >= {"user_type", "download_type", "portal_id", "asset_id"}
