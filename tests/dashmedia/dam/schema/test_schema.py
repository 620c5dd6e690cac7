from __future__ import annotations

import threading

import pytest

from dashmedia.dam import wire
from dashmedia.dam.criteria import Equals
from dashmedia.dam.field_refs import Custom
from dashmedia.dam.models import Asset, Field, FolderPath, LifecycleStatus
from dashmedia.dam.schema import Schema
from dashmedia.dam.schema.option_tree import OptionTree
from dashmedia.errors import ContractError, FolderMissingError, SchemaError

OPTIONS = wire.FIELD_OPTION_SEARCH


def test_a_schema_is_two_requests_and_options_come_when_they_are_needed(schema, tally):
    assert tally.counts() == {wire.FIELDS: 1, wire.FOLDER_SETTINGS: 1}

    for _ in range(2):
        schema.folder("/UGC/2026-08")
    assert tally.counts()[OPTIONS] == 2

    schema.folder("/Products/Tents/Studio")
    assert tally.counts()[OPTIONS] == 4

    schema.folder("/Products/Tents")
    assert schema.find_folder("/Products/Tents/Studio/beneath a leaf") is None
    assert tally.counts()[OPTIONS] == 4


def test_a_field_is_found_by_name_whatever_its_case_and_by_id(schema):
    field = schema.field("usage RIGHTS")

    assert field.name == "Usage rights"
    assert schema.field(field.id) is schema.field(field) is field
    assert schema.field_of(field.id) is field
    assert schema.field_of("gone") is None


@pytest.mark.parametrize(
    ("name", "advice"),
    [("Usage right", "Did you mean “Usage rights”?"), ("zzz", "There are “Folders”, “Title”, “Description”")],
)
def test_an_unknown_field_is_refused_with_what_there_is(schema, name, advice):
    with pytest.raises(SchemaError, match=f"There is no field “{name}”. {advice}".replace("?", r"\?")):
        schema.field(name)


def test_two_fields_of_one_name_are_told_apart_by_id_only():
    twins = [Field(id="f-1", name="Season"), Field(id="f-2", name="season"), Field(id="f-3", name="season")]
    schema = Schema(twins, "f-1", None)

    with pytest.raises(SchemaError, match=r"2 fields are called “season”: f-2 and f-3. Write one of these ids"):
        schema.field("season")
    assert schema.field("Season").id == "f-1"
    with pytest.raises(SchemaError, match="3 fields are called “SEASON”"):
        schema.field("SEASON")
    assert schema.field("f-3").id == "f-3"


def test_folder_settings_that_name_no_field_are_a_broken_contract():
    with pytest.raises(ContractError, match="GET folder-settings has no usable fieldId: seen the id of none of the 1 "):
        Schema([Field(id="f-1", name="Title")], "f-2", None)


def test_an_option_is_found_by_name(schema):
    option = schema.option("Usage rights", "retail partners")

    assert (option.value, option.field_id) == ("Retail partners", schema.field("Usage rights").id)
    assert schema.find_option("Usage rights", "Radio") is None
    with pytest.raises(
        SchemaError, match=r"“Usage rights” has no “Socal”: at the top is no “Socal”. Did you mean “Social”"
    ):
        schema.option("Usage rights", "Socal")


def test_a_field_without_fixed_options_has_none_to_look_for(schema):
    with pytest.raises(SchemaError, match="“Title” has no fixed options: whatever is written there is its value"):
        schema.option("Title", "Social")


@pytest.mark.parametrize(
    "path",
    ["/UGC", "/UGC/2026-08", "/Products/Tents/On location", "/Fêtes & Märkte / 2026", "/Campaigns/2026 Autumn/Hero"],
)
def test_a_folder_and_its_path_lead_to_each_other(schema, live, path):
    folder = schema.folder(path)

    assert str(folder.path) == path
    assert Schema.load(live).folder_path(folder.id) == folder.path
    assert schema.folder(folder.path) == schema.folder(path.strip("/") + "/") == folder


def test_a_path_of_names_says_where_each_one_ends(schema):
    assert schema.folder(FolderPath(("Fêtes & Märkte / 2026",))).value == "Fêtes & Märkte / 2026"
    assert schema.find_folder(FolderPath(("Fêtes & Märkte ", " 2026"))) is None


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/UGC/2026-07", "beneath “/UGC” is no “2026-07”. Did you mean “2026-10”"),
        ("/UCG/2026-08", "at the top is no “UCG/2026-08”. Did you mean “UGC”"),
        ("/UGC/2026-08/raw", "“/UGC/2026-08” is there, and nothing is beneath it"),
        ("/", "at the top is no “”. There are"),
    ],
)
def test_a_missing_folder_is_named_with_how_far_the_path_leads(schema, path, seen):
    with pytest.raises(FolderMissingError, match=seen) as raised:
        schema.folder(path)

    assert raised.value.path == path
    assert schema.find_folder(path) is None


def test_an_id_that_leads_to_nothing_is_no_folder(schema):
    with pytest.raises(SchemaError, match="No folder has the id 0000"):
        schema.folder_path("0000")


@pytest.mark.parametrize("variant", [{"option_parents": "null"}, {"envelope": "bare"}, {"largest_page": 200}])
def test_branches_are_whole_whatever_the_search_tells(sandbox, schema, variant):
    sandbox.tell("variant", variant)

    assert [one.value for one in schema.folder("/Products/Tents/Studio").branch] == ["Products", "Tents", "Studio"]


def test_levels_are_read_page_by_page(live, tally):
    tree = OptionTree(live, page_rows=2)
    schema = Schema(live.fields(), live.folder_settings(), tree)

    assert len(tree.level(schema.folder_field.id, None).options.items) == 5
    assert tally.counts()[OPTIONS] == 3


def test_a_level_that_paging_does_not_reach_is_searched_by_value(sandbox, live):
    sandbox.tell("variant", {"search_cap": 4})
    schema = Schema(live.fields(), live.folder_settings(), OptionTree(live, cap=4))

    assert str(schema.folder("/UGC/2026-09").path) == "/UGC/2026-09"
    assert schema.find_folder("/Press/UGC") is None


def test_many_threads_read_each_level_once(schema, tally):
    together, found = threading.Barrier(8, timeout=10), []

    def look():
        together.wait()
        found.append(schema.folder("/UGC/2026-10").id)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found)), tally.counts()[OPTIONS]) == (8, 1, 2)


def test_options_are_asked_for_anew_after_they_were_forgotten(schema, tally):
    schema.folder("/UGC")
    schema.forget_options()
    schema.folder("/UGC")

    assert tally.counts()[OPTIONS] == 2


def test_a_path_that_may_mean_two_folders_is_refused(schema_of):
    schema = schema_of(("1", "A", None), ("2", "B/C", "1"), ("3", "A/B", None), ("4", "C", "3"))

    with pytest.raises(SchemaError, match=r"The folder A/B/C may be 2 options: 2 \(A › B/C\) and 4 \(A/B › C\)"):
        schema.folder("A/B/C")
    assert schema.folder(FolderPath(("A/B", "C"))).id == "4"


def test_two_options_of_one_name_are_refused_with_both_ids(schema_of):
    schema = schema_of(("1", "Social", None), ("2", "Social", None), hierarchical=False)

    with pytest.raises(SchemaError, match=r"“Social” of “Stores” may be 2 options: 1 .* and 2 "):
        schema.option("Stores", "Social")


def test_a_slash_is_part_of_the_name_where_options_are_no_tree(schema_of):
    schema = schema_of(("1", "Print/Web", None), ("2", "Print", None), hierarchical=False)

    assert schema.option("Stores", "Print/Web").id == "1"
    assert schema.find_option("Stores", "/Print") is None


def test_values_of_an_asset_are_told_by_name(schema, live):
    folder = schema.folder("/Campaigns/2026 Spring/Hero")
    page = live.search_assets(Equals(Custom(schema.folder_field.id), folder.id), 0, 100)

    named = [schema.named_values(asset) for asset in page.records]

    assert page.total > 3
    assert {one["Folders"] for one in named} == {("/Campaigns/2026 Spring/Hero",)}
    assert any("Social" in one.get("Usage rights", ()) for one in named)
    assert all(len(one.get("Title", ("one",))) == 1 for one in named)


def test_what_was_removed_from_the_account_stays_an_id(schema):
    rights = schema.field("Usage rights")
    status = LifecycleStatus(state="LIVE")
    asset = Asset(id="a-1", lifecycle_status=status, values={"gone": ("x",), rights.id: ("no-option",)})

    assert schema.named_values(asset) == {"gone": ("x",), "Usage rights": ("no-option",)}


def test_values_for_an_edit_are_text_or_ids_with_their_branches(schema):
    ugc = schema.folder("/UGC")

    assert schema.values_to_ids("Title", ["Spring"]) == ("Spring",)
    assert schema.values_to_ids("Rights expire", ["2027-01-31"]) == ("2027-01-31",)
    assert schema.values_to_ids("Usage rights", ["Social"]) == (schema.option("Usage rights", "Social").id,)
    assert schema.values_to_ids("Folders", ["/UGC/2026-08", "/UGC/2026-09"]) == (
        ugc.id,
        schema.folder("/UGC/2026-08").id,
        schema.folder("/UGC/2026-09").id,
    )


@pytest.mark.parametrize(
    ("field", "values", "complaint"),
    [
        ("Title", ["a", "b"], "2 values stand for “Title”, which holds one"),
        ("Title", [], "No values stand for “Title”"),
        ("Title", [" "], "An empty value stands for “Title”"),
        ("Rights expire", ["31.1.2027"], "“Rights expire” is to be “31.1.2027”; expected it as in 2027-01-31"),
        ("Usage rights", ["Social", "Wep"], "Did you mean “Web”"),
        ("Titel", ["a"], "There is no field “Titel”. Did you mean “Title”"),
    ],
)
def test_values_that_a_field_cannot_hold_are_refused(schema, field, values, complaint):
    with pytest.raises(SchemaError, match=complaint):
        schema.values_to_ids(field, values)
