import pytest


def fixed(name):
    return {"type": "FIXED", "fieldName": name}


def equals(field, value):
    return {"type": "FIELD_EQUALS", "field": field, "value": value}


def both(*criteria):
    return {"type": "AND", "criteria": list(criteria)}


def other_than(criterion):
    return {"type": "NOT", "criterion": criterion}


def found(answer):
    return answer.json()["totalResults"]


@pytest.fixture
def folders(dam):
    return dam.result("/folder-settings")["fieldId"]


@pytest.fixture
def option(dam, rows):
    def option(value, field_id):
        criterion = both(equals("FIELD_ID", field_id), equals("VALUE", value))
        return rows(dam.search("field-option", criterion).json())[0]

    return option


def test_fields_come_as_a_bare_list_and_folders_cannot_be_removed(dam, folders):
    fields = [one["result"] for one in dam.get("/fields").json()]

    assert [field["id"] for field in fields if field["indestructable"]] == [folders]
    assert dam.result(f"/fields/{folders}") == next(field for field in fields if field["id"] == folders)


def test_the_folder_tree_is_read_one_level_at_a_time(dam, rows, folders):
    by_position = [{"field": "POSITION", "order": "ASC"}]
    tops = both(equals("FIELD_ID", folders), {"type": "FIELD_IS_EMPTY", "field": "PARENT_ID"})
    top = rows(dam.search("field-option", tops, sorts=by_position).json())

    below = rows(dam.search("field-option", equals("PARENT_ID", top[0]["id"]), sorts=by_position).json())

    assert [one["value"] for one in top][:2] == ["Campaigns", "Products"]
    assert (top[0]["leaf"], top[0]["numberOfChildren"]) == (False, 2)
    assert [one["value"] for one in below] == ["2026 Spring", "2026 Autumn"]


def test_an_option_carries_the_branch_above_it_unless_told_otherwise(sandbox, dam, rows, folders, option):
    trail = dam.result(f"/field-options/{option('Trail', folders)['id']}")
    sandbox.tell("variant", {"option_parents": "null"})

    assert (trail["parent"]["value"], trail["parent"]["parent"]["value"]) == ("Footwear", "Products")
    assert option("Trail", folders)["parent"] is None


def test_an_asset_lies_in_its_folder_and_in_all_above_it(dam, rows, folders, option):
    in_folders = {"type": "FIELD", "fieldId": folders}
    products, footwear = option("Products", folders)["id"], option("Footwear", folders)["id"]

    inside = rows(dam.search("asset", equals(in_folders, footwear)).json())

    assert inside
    assert all(asset["metadata"]["values"][folders][:2] == [products, footwear] for asset in inside)
    assert found(dam.search("asset", equals(in_folders, products))) > len(inside)


def test_only_live_assets_are_found_unless_a_state_is_named(dam):
    states = ["STAGED", "PENDING_APPROVAL", "LIVE", "BINNED"]
    by_state = {one: found(dam.search("asset", equals(fixed("LIFECYCLE_STATE"), one), size=0)) for one in states}

    assert found(dam.search("asset")) == by_state["LIVE"]
    assert sum(by_state.values()) == 400
    assert found(dam.search("asset", other_than(equals(fixed("LIFECYCLE_STATE"), "LIVE")))) == 400 - by_state["LIVE"]


def test_an_asset_is_the_same_alone_and_in_a_search(dam):
    (hit,) = dam.search("asset", size=1).json()["results"]

    assert dam.get(f"/assets/{hit['result']['id']}").json() == hit


@pytest.mark.parametrize(
    ("criterion", "holds"),
    [
        (equals(fixed("FILE_EXTENSION"), "mp4"), lambda asset: asset["currentAssetFile"]["filename"].endswith(".mp4")),
        (
            {"type": "FIELD_HAS_ANY_EQUAL", "field": fixed("FILE_TYPE"), "values": ["VIDEO", "DOCUMENT"]},
            lambda asset: asset["currentAssetFile"]["fileType"] in {"VIDEO", "DOCUMENT"},
        ),
        (
            {"type": "FIELD_MATCHES", "field": fixed("FILENAME"), "value": "CAMP*.JPG"},
            lambda asset: asset["currentAssetFile"]["filename"].startswith("camp stove"),
        ),
        (
            {"type": "FIELD_RANGE", "field": fixed("DATE_LIVE"), "from": "2026-06-01", "to": "2026-08-01"},
            lambda asset: "2026-06-01" <= asset["lifecycleStatus"]["dateLive"] < "2026-08-02",
        ),
        (
            {"type": "FIELD_MATCHES", "field": fixed("DATE_LIVE"), "value": "{2026-06-01 TO *]"},
            lambda asset: asset["lifecycleStatus"]["dateLive"] > "2026-06-01",
        ),
        (
            {"type": "FIELD_MATCHES", "field": fixed("KEYWORDS"), "value": "camp stove"},
            lambda asset: "camp stove" in str(asset).lower(),
        ),
    ],
)
def test_a_criterion_and_its_complement_part_the_assets(dam, rows, criterion, holds):
    inside = rows(dam.search("asset", criterion, size=1000).json())
    outside = found(dam.search("asset", other_than(criterion), size=0))

    assert inside
    assert all(map(holds, inside))
    assert len(inside) + outside == found(dam.search("asset", size=0))


def test_assets_come_in_the_order_that_was_asked_for(dam, rows):
    sorts = [{"field": fixed("DATE_LIVE"), "order": "DESC"}]

    pages = [rows(dam.search("asset", start=start, size=50, sorts=sorts).json()) for start in (0, 50)]

    dates = [asset["lifecycleStatus"]["dateLive"] for page in pages for asset in page]
    assert dates == sorted(dates, reverse=True)
    assert len({asset["id"] for page in pages for asset in page}) == 100


def test_paging_of_assets_ends_at_the_cap_but_their_number_does_not(sandbox, dam):
    sandbox.tell("seed_assets", {"count": 10_001, "state": "STAGED"})
    staged = equals(fixed("LIFECYCLE_STATE"), "STAGED")

    last, beyond = dam.search("asset", staged, start=9_900), dam.search("asset", staged, start=9_901)

    assert (last.status_code, len(last.json()["results"]), beyond.status_code) == (200, 100, 400)
    assert found(last) > 10_001
    assert beyond.json()["message"] == "from + pageSize is 10001; a search reaches 10000 rows."


def test_a_user_is_found_by_id_and_by_address(dam, rows):
    me = dam.get("/current-user").json()
    users = rows(
        dam.http.post("/user-searches", json={"from": 0, "pageSize": 50, "criterion": {"type": "MATCH_ALL"}}).json()
    )

    assert me["permittedActions"][0]["action"] == "CREATE_ASSETS"
    assert me["result"] in users
    assert "|" in me["result"]["id"]
    assert dam.result(f"/users/{me['result']['id']}") == dam.result(f"/users/{me['result']['email']}") == me["result"]


def test_portals_are_found_and_read(dam, rows):
    by_name = [{"field": "NAME", "order": "ASC"}]
    portals = rows(dam.search("portal", sorts=by_name).json())

    assert [one["name"] for one in portals] == ["Ambassadors", "Distributors EMEA", "Press room", "Retail partners"]
    assert dam.result(f"/portals/{portals[0]['id']}") == portals[0]


def test_rows_can_come_without_their_envelope(sandbox, dam):
    sandbox.tell("variant", {"envelope": "bare"})

    assert "currentAssetFile" in dam.search("asset", size=1).json()["results"][0]
    assert "assetId" in dam.events(size=1)["results"][0]


def test_a_date_that_never_was_is_outside_of_every_range(dam):
    staged = equals(fixed("LIFECYCLE_STATE"), "STAGED")
    once_live = {"type": "FIELD_RANGE", "field": fixed("DATE_LIVE"), "from": "2000-01-01"}
    never = {"type": "FIELD_IS_EMPTY", "field": fixed("DATE_LIVE")}

    assert found(dam.search("asset", both(staged, other_than(once_live)))) == found(dam.search("asset", staged)) > 0
    assert found(dam.search("asset", both(staged, never))) == found(dam.search("asset", staged))
