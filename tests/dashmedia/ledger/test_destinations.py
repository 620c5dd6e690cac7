from __future__ import annotations

import pytest

from dashmedia.errors import SettingsError
from dashmedia.ledger import dam_destination, service_of, social_destination, source_id_for
from dashmedia.ledger.destinations import dam_folder, is_dam, version_destination, versioned_asset

DASH, HERE = "https://api-v2.dash.app", "http://127.0.0.1:8123"


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


@pytest.mark.parametrize(
    ("folder", "api_url", "destination"),
    [
        ("/UGC/2031-02", DASH, "dam:/UGC/2031-02"),
        ("UGC/2031-02/", HERE, "dam:/UGC/2031-02@127.0.0.1:8123"),
        ("/", DASH, "dam:/"),
        ("/by @kim/100%", DASH, "dam:/by %40kim/100%25"),
        ("/by @kim/100%", HERE, "dam:/by %40kim/100%25@127.0.0.1:8123"),
    ],
)
def test_a_dam_folder_is_told_from_its_destination_whatever_it_is_called(folder, api_url, destination):
    assert dam_destination(folder, api_url) == destination
    assert dam_folder(destination) == "/" + folder.strip("/")
    assert is_dam(destination)
    assert versioned_asset(destination) is None


@pytest.mark.parametrize("asset_id", ["5d3e0c1a-7b42", "auth0|x", "a/b@c%"])
def test_a_version_names_its_asset_and_is_no_folder(asset_id):
    assert versioned_asset(version_destination(asset_id, HERE)) == asset_id
    assert versioned_asset(version_destination(asset_id, DASH)) == asset_id


def test_a_folder_that_leads_elsewhere_is_refused():
    with pytest.raises(SettingsError, match=r"none of them `\.` or `\.\.`"):
        dam_destination("/UGC/../secret", DASH)
