from __future__ import annotations

import pytest

from dashmedia.dam import AssetName, Names
from dashmedia.dam.models import FolderPath
from dashmedia.errors import TransientError


def option(option_id, value, parent=None):
    return {"id": option_id, "value": value, "parent": parent}


UGC = option("o-ugc", "UGC")
AUGUST = option("o-08", "2026-08", UGC)
PRESS = option("o-press", "Press")


@pytest.fixture
def names(client, dash, asset):
    def tell(path, result):
        dash.answers["GET", path] = 200, {"result": result}

    dash.answers["GET", "/fields"] = 200, [{"id": "f-folders", "name": "Folders"}, {"id": "f-title", "name": "title"}]
    tell("/folder-settings", {"fieldId": "f-folders"})
    for one in (UGC, AUGUST, PRESS):
        tell(f"/field-options/{one['id']}", one)
    august = {"f-folders": ["o-ugc", "o-08"], "f-title": ["Ridge run"]}
    tell("/assets/a-1", asset("a-1", "ridge.jpg", **august))
    tell("/assets/a-2", asset("a-2", "both.jpg", **{"f-folders": ["o-press", "o-ugc", "o-08"]}))
    tell("/assets/a-3", asset("a-3", "bare.jpg") | {"currentAssetFile": None})
    tell("/portals/p-1", {"id": "p-1", "name": "Press room"})
    tell("/users/auth0%7C1", {"id": "auth0|1", "firstName": "Kim", "lastName": "Ito"})
    return Names(client)


def test_an_asset_is_named_by_file_title_and_folder(names):
    found = names.assets(["a-1", "a-2", "a-3"])

    assert found["a-1"] == AssetName("ridge.jpg", "Ridge run", (FolderPath(("UGC", "2026-08")),))
    assert found["a-1"].folder_path == "/UGC/2026-08"
    assert (found["a-2"].title, found["a-2"].folder_path) == (None, "/Press; /UGC/2026-08")
    assert (found["a-3"].file_name, found["a-3"].folder_path) == (None, None)


def test_portals_and_users_have_names(names):
    assert names.portals(["p-1"]) == {"p-1": "Press room"}
    assert names.users(["auth0|1", "auth0|1"]) == {"auth0|1": "Kim Ito"}


def test_each_id_is_fetched_once_also_one_that_leads_to_nothing(names, dash):
    for _ in range(3):
        names.assets(["a-1", "a-2", "gone"])
        names.portals(["p-1", "gone"])
        names.users(["auth0|1", "gone"])

    asked = [path for _, path, _ in dash.requests]
    assert len(asked) == len(set(asked))
    assert names.missing == {"assets": 1, "portals": 1, "users": 1, "folders": 0}


def test_what_all_assets_share_is_fetched_once(names, dash):
    names.assets(["a-1"])
    names.assets(["a-2"])

    assert (dash.asked("/fields"), dash.asked("/folder-settings"), dash.asked("/field-options/o-08")) == (1, 1, 1)


@pytest.mark.parametrize("status", [403, 404])
def test_what_cannot_be_seen_has_no_name_and_is_counted(names, dash, status):
    dash.answers["GET", "/users/auth0%7C2"] = status, {"message": "no"}

    assert names.users(["auth0|2", ""]) == {"auth0|2": None}
    assert names.missing["users"] == 1


def test_a_folder_that_is_gone_is_left_out_and_counted(names, dash, asset):
    dash.answers["GET", "/assets/a-4"] = 200, asset("a-4", **{"f-folders": ["o-gone", "o-press"]})

    assert names.assets(["a-4"])["a-4"].folder_path == "/Press"
    assert names.missing["folders"] == 1


def test_a_folder_known_only_as_the_parent_of_another_is_known(names, dash):
    del dash.answers["GET", "/field-options/o-ugc"]

    assert names.assets(["a-1"])["a-1"].folder_path == "/UGC/2026-08"
    assert names.missing["folders"] == 0


def test_an_account_without_a_title_field_gives_no_titles(names, dash):
    dash.answers["GET", "/fields"] = 200, [{"id": "f-folders", "name": "Folders"}]

    assert names.assets(["a-1"])["a-1"].title is None


def test_no_ids_are_no_requests(names, dash):
    assert (names.assets([]), names.portals([""]), names.users([])) == ({}, {}, {})
    assert dash.requests == []


def test_an_outage_is_no_missing_name(names, dash):
    dash.answers["GET", "/portals/p-2"] = 503, {}

    with pytest.raises(TransientError):
        names.portals(["p-2"])

    assert names.missing["portals"] == 0
