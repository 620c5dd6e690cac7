from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashmedia.dam import reading
from dashmedia.dam.models import LifecycleStatus, PermittedAction
from dashmedia.errors import ContractError

ASSET = {
    "id": "a-1",
    "accountId": "acc",
    "lifecycleStatus": {"state": "LIVE", "stagedBy": "auth0|1", "dateStaged": "2031-03-01T08:00:00.000Z"},
    "dateLastModified": "2031-03-02T07:30:00.000Z",
    "currentAssetFile": {
        "id": "f-1",
        "filename": "banner.tif",
        "fileType": "IMAGE",
        "size": 15000000,
        "checksum": "9a0364b9e99bb480dd25e1f0284c8555",
        "dimensions": None,
        "previewUrl": "https://cdn.example/p?sig=5ecret",
        "dateAdded": "2031-03-01T08:00:05.000Z",
    },
    "metadata": {"values": {"folders": ["o-1", "o-2"], "title": ["Spring banner"]}},
}


def enveloped(record):
    return {"result": record, "permittedActions": []}


@pytest.mark.parametrize("answer", [ASSET, enveloped(ASSET)])
def test_an_asset_is_read_whole(answer):
    asset = reading.read_asset(answer)

    assert asset.id == "a-1"
    assert asset.lifecycle_status == LifecycleStatus(
        state="LIVE", staged_by="auth0|1", date_staged=datetime(2031, 3, 1, 8, tzinfo=UTC)
    )
    assert asset.values == {"folders": ("o-1", "o-2"), "title": ("Spring banner",)}
    file = asset.current_asset_file
    assert (file.filename, file.size, file.checksum) == ("banner.tif", 15_000_000, "9a0364b9e99bb480dd25e1f0284c8555")
    assert "5ecret" not in repr(asset)


@pytest.mark.parametrize(
    ("metadata", "values"),
    [
        (None, {}),
        ({}, {}),
        ({"values": {}}, {}),
        ({"values": {"title": "alone"}}, {"title": ("alone",)}),
        ({"values": {"title": None, "alt": []}}, {}),
    ],
)
def test_metadata_that_says_nothing_is_empty(metadata, values):
    assert reading.read_asset(ASSET | {"metadata": metadata}).values == values


def test_an_asset_without_a_file_has_none():
    assert reading.read_asset(ASSET | {"currentAssetFile": None}).current_asset_file is None


@pytest.mark.parametrize("told", ["soon", {}, "0001-01-01T00:00:00+10:00"])
def test_a_lifecycle_date_that_makes_no_sense_is_named_and_costs_only_itself(told):
    status = {"state": "LIVE", "dateLive": told, "dateStaged": "2031-03-01T08:00:00.000Z"}

    read = reading.read_asset(ASSET | {"lifecycleStatus": status}).lifecycle_status

    assert (read.date_live, read.unreadable) == (None, ("date_live",))
    assert read.date_staged == datetime(2031, 3, 1, 8, tzinfo=UTC)


def test_who_staged_it_may_be_an_object():
    status = {"state": "STAGED", "stagedBy": {"id": "auth0|1"}}

    assert reading.read_asset(ASSET | {"lifecycleStatus": status}).lifecycle_status.staged_by == "auth0|1"


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"id": None}, "result.id"),
        ({"lifecycleStatus": None}, "result.lifecycleStatus.state"),
        ({"dateLastModified": "0001-01-01T00:00:00+10:00"}, "result.date_last_modified"),
        ({"currentAssetFile": []}, "result.currentAssetFile.result"),
        ({"currentAssetFile": {"dateAdded": {}}}, "result.currentAssetFile.date_added"),
        ({"metadata": []}, "result.metadata.values"),
        ({"metadata": {"values": []}}, "result.metadata.values"),
        ({"metadata": {"values": {"title": [7]}}}, "result.metadata.values.title"),
    ],
)
def test_what_an_asset_lacks_is_named(change, member):
    with pytest.raises(ContractError) as raised:
        reading.read_asset(enveloped(ASSET | change))

    assert (raised.value.endpoint, raised.value.member) == ("GET assets", member)
    assert "5ecret" not in str(raised.value)


def test_a_page_of_assets_names_the_row_that_is_wrong():
    page = {"totalResults": 37, "results": [enveloped(ASSET), ASSET | {"id": ""}]}

    with pytest.raises(ContractError, match=r"POST asset-searches has no usable results\[1\].id"):
        reading.read_assets(page)

    page["results"].pop()
    assert (reading.read_assets(page).total, len(reading.read_assets(page).records)) == (37, 1)


FIELD = {
    "id": "f-1",
    "name": "Folders",
    "dataType": "STRING",
    "multiValue": True,
    "hasFixedOptions": True,
    "hierarchical": True,
    "indestructable": True,
}


@pytest.mark.parametrize(
    "answer",
    [[enveloped(FIELD)], [FIELD], {"results": [enveloped(FIELD)]}],
)
def test_fields_come_as_a_bare_list_or_as_results(answer):
    (field,) = reading.read_fields(answer)

    assert (field.id, field.name, field.hierarchical, field.indestructible) == ("f-1", "Folders", True, True)


@pytest.mark.parametrize("control", ["FOLDER_PICKER", {"id": "FOLDER_PICKER"}])
def test_an_edit_control_is_a_word_or_an_object(control):
    assert reading.read_fields([FIELD | {"editControl": control}])[0].edit_control == "FOLDER_PICKER"


def test_a_field_without_a_name_is_named_by_its_place():
    with pytest.raises(ContractError, match=r"GET fields has no usable \[1\].name"):
        reading.read_fields([FIELD, {"id": "f-2"}])
    with pytest.raises(ContractError, match="GET fields has no usable list: seen an object with error"):
        reading.read_fields({"error": "x"})


def test_the_folder_field_is_read_from_the_settings():
    assert reading.read_folder_field_id(enveloped({"fieldId": "f-1"})) == "f-1"


def option(option_id, value, parent=None, **more):
    return {"id": option_id, "value": value, "fieldId": "f-1", "parent": parent} | more


def test_an_option_comes_with_its_whole_branch():
    answer = enveloped(
        option("o-3", "Hero", option("o-2", "2026 Spring", enveloped(option("o-1", "Campaigns"))), leaf=True)
    )

    found = reading.read_field_option(answer)

    assert str(found.path) == "/Campaigns/2026 Spring/Hero"
    assert (found.id, found.leaf, found.parent.id) == ("o-3", True, "o-2")


def test_a_branch_may_be_as_deep_as_folders_go():
    deep = option("o", "x")
    for _ in range(2_000):
        deep = option("o", "x", deep)

    assert len(reading.read_field_option(deep).branch) == 2_001


def test_an_option_of_a_flat_search_may_have_no_parent():
    page = reading.read_field_options(
        {"totalResults": 1, "results": [enveloped(option("o-3", "Hero", numberOfChildren=2))]}
    )

    assert (page.total, page.records[0].parent, page.records[0].number_of_children) == (1, None, 2)


def test_a_portal_has_a_name():
    assert reading.read_portal(enveloped({"id": "p-1", "name": "Press", "currentSlug": "press"})).name == "Press"
    with pytest.raises(ContractError, match=r"GET portals has no usable result\.name"):
        reading.read_portal(enveloped({"id": "p-1"}))


def test_a_user_needs_nothing_but_an_id():
    assert reading.read_user({"id": "auth0|1", "name": 7}).display_name == "auth0|1"
    with pytest.raises(ContractError, match="GET users has no usable id"):
        reading.read_user({"email": "kim@acme.example"})


def test_the_caller_comes_with_what_it_may_do():
    actions = [
        {"resourceType": "ASSETS", "resourceId": None, "action": "CREATE_ASSETS"},
        {"resourceType": "ASSET", "resourceId": "a-1", "action": "EDIT"},
        {"action": "nobody knows on what"},
        "noise",
    ]

    kim = reading.read_current_user({"result": {"id": "auth0|1", "name": "Kim"}, "permittedActions": actions})

    assert kim.user.name == "Kim"
    assert kim.permitted_actions == {
        PermittedAction(resource_type="ASSETS", action="CREATE_ASSETS"),
        PermittedAction(resource_type="ASSET", action="EDIT", resource_id="a-1"),
    }


def test_a_caller_of_whom_nothing_is_told_may_try():
    assert reading.read_current_user({"id": "auth0|1"}).permitted_actions is None


@pytest.mark.parametrize(
    ("actions", "assignable"),
    [
        (None, None),
        ([], False),
        ([{"resourceType": "FIELD_OPTION", "action": "UPDATE_METADATA_WITH_FIELD_OPTION", "resourceId": "o-1"}], True),
    ],
)
def test_an_option_tells_whether_it_may_be_given_to_assets(actions, assignable):
    beside = {} if actions is None else {"permittedActions": actions}

    assert reading.read_field_option({"result": {"id": "o-1", "value": "Social"}} | beside).assignable is assignable
