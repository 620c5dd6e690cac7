import pytest

KIND = "asset-metadata-edit"


@pytest.fixture
def fields(dam):
    return {one["result"]["name"]: one["result"]["id"] for one in dam.get("/fields").json()}


@pytest.fixture
def option(dam, rows, fields):
    def option(field, *path):
        parent = None
        for word in path:
            above = {"type": "FIELD_EQUALS", "field": "PARENT_ID", "value": parent}
            is_top = {"type": "FIELD_IS_EMPTY", "field": "PARENT_ID"}
            named = {"type": "FIELD_EQUALS", "field": "VALUE", "value": word}
            of_field = {"type": "FIELD_EQUALS", "field": "FIELD_ID", "value": fields[field]}
            criterion = {"type": "AND", "criteria": [named, of_field, above if parent else is_top]}
            parent = rows(dam.search("field-option", criterion).json())[0]["id"]
        return parent

    return option


@pytest.fixture
def asset(sandbox):
    wanted = {"count": 1, "state": "STAGED", "folder": "/UGC/2026-08", "values": {"Usage rights": ["Social"]}}
    return sandbox.tell("seed_assets", wanted | {"staged_age_s": 3600})["ids"][0]


@pytest.fixture
def truth(sandbox, asset):
    return lambda: next(one for one in sandbox.ask("assets") if one["id"] == asset)


@pytest.fixture
def edit(dam, asset, fields):
    def edit(*edits, ids=(asset,)):
        spelled = [
            {"type": type_, "fieldId": fields.get(field, field)} | ({"values": values} if values else {})
            for type_, field, *values in edits
        ]
        return dam.run(KIND, {"selector": {"type": "BY_ID", "ids": list(ids)}, "edits": spelled})["result"]

    return edit


def test_values_are_added_removed_replaced_and_cleared(edit, truth, option):
    social, web, printed = (option("Usage rights", word) for word in ("Social", "Web", "Print"))
    seen = []
    for one in [("ADD", web), ("ADD", web, printed), ("REMOVE", social), ("REPLACE", social), ("CLEAR",)]:
        edit((one[0], "Usage rights", *one[1:]))
        seen.append(truth()["values"].get("Usage rights"))

    assert seen == [["Social", "Web"], ["Social", "Web", "Print"], ["Web", "Print"], ["Social"], None]


def test_an_edited_asset_was_modified_now_and_one_that_stays_as_it_was_is_not(edit, truth, asset):
    before = truth()

    edit(("REPLACE", "Title", "Ridge at dawn"))
    changed = truth()["modified_ms"]
    edit(("REPLACE", "Title", "Ridge at dawn"))

    assert truth()["values"]["Title"] == ["Ridge at dawn"]
    assert before["modified_ms"] < changed == truth()["modified_ms"]


@pytest.mark.parametrize("given", [("UGC", "2026-09"), ("2026-09",)])
def test_a_value_of_a_tree_is_stored_with_its_whole_branch(dam, edit, option, asset, fields, given):
    branch = {"UGC": option("Folders", "UGC"), "2026-09": option("Folders", "UGC", "2026-09")}

    edit(("REPLACE", "Folders", *(branch[word] for word in given)))

    assert dam.result(f"/assets/{asset}")["metadata"]["values"][fields["Folders"]] == list(branch.values())


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (("UGC", "2026-09"), ["/UGC/2026-08", "/Press"]),
        (("UGC",), ["/Press"]),
        (("Press",), ["/UGC/2026-08", "/UGC/2026-09"]),
    ],
)
def test_removing_an_option_removes_all_beneath_it(edit, truth, option, gone, left):
    edit(("ADD", "Folders", option("Folders", "UGC", "2026-09"), option("Folders", "Press")))

    edit(("REMOVE", "Folders", option("Folders", *gone)))

    assert truth()["values"]["Folders"] == left


def test_a_whole_branch_is_removed_as_its_lowest_option(edit, truth, option):
    edit(("ADD", "Folders", option("Folders", "UGC", "2026-09")))

    edit(("REMOVE", "Folders", option("Folders", "UGC"), option("Folders", "UGC", "2026-09")))

    assert truth()["values"]["Folders"] == ["/UGC/2026-08"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("ADD", "nothing", "x"), "There is no field 'nothing'."),
        (("ADD", "Usage rights", "x"), "Field 'Usage rights' has no option 'x'."),
        (("REPLACE", "Rights expire", "soon"), "Field 'Rights expire' takes a DATE, not 'soon'."),
        (("REPLACE", "Title", "a", "b"), "Field 'Title' takes one value; it would have 2."),
        (("CLEAR", "nothing"), "There is no field 'nothing'."),
    ],
)
def test_an_edit_that_means_nothing_is_a_failure_and_leaves_the_asset_alone(edit, truth, asset, wrong, why):
    before = truth()

    result = edit(("REPLACE", "Creator", "Noor"), wrong)

    assert (result["successes"], result["failures"]) == ({}, {asset: {"message": why}})
    assert truth() == before


def test_an_option_of_another_field_is_a_failure(edit, option, asset):
    campaign = option("Campaign", "Always on")

    result = edit(("ADD", "Usage rights", campaign))

    assert result["failures"][asset]["message"] == f"Field 'Usage rights' has no option {campaign!r}."


def test_an_asset_that_is_not_there_fails_alone(edit, asset):
    result = edit(("REPLACE", "Title", "One"), ids=("nobody", asset))

    assert (list(result["successes"]), list(result["failures"])) == ([asset], ["nobody"])


def test_a_criterion_selects_what_is_edited(sandbox, dam, edit, fields, asset):
    rights = {"type": "FIELD_IS_EMPTY", "field": {"type": "FIELD", "fieldId": fields["Title"]}}
    edits = [{"type": "REPLACE", "fieldId": fields["Title"], "values": ["Untitled"]}]

    result = dam.run(KIND, {"selector": {"type": "BY_CRITERION", "criterion": rights}, "edits": edits})["result"]

    named = {one["id"] for one in sandbox.ask("assets?state=LIVE") if one["values"]["Title"] == ["Untitled"]}
    assert set(result["successes"]) == named != set()


@pytest.mark.parametrize(
    "change",
    [
        {"edits": []},
        {"edits": [{"type": "ADD", "fieldId": "f"}]},
        {"edits": [{"type": "CLEAR", "fieldId": "f", "values": ["x"]}]},
        {"edits": [{"type": "SET", "fieldId": "f", "values": ["x"]}]},
        {"criterion": {"type": "MATCH_ALL"}},
    ],
)
def test_a_request_that_means_nothing_is_refused(sandbox, dam, change):
    body = {"selector": {"type": "BY_ID", "ids": []}, "edits": [{"type": "CLEAR", "fieldId": "f"}]}

    answer = dam.submit(KIND, body | change)

    assert (answer.status_code, sandbox.ask("jobs")) == (400, [])
