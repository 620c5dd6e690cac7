import pytest

STAGED = {"type": "FIELD_EQUALS", "field": {"type": "FIXED", "fieldName": "LIFECYCLE_STATE"}, "value": "STAGED"}


@pytest.fixture
def begin(dam):
    def begin(criterion=STAGED, **more):
        return dam.http.post(
            "/asset-scroll-searches", json={"criterion": criterion, "sorts": [], "pageSize": 20} | more
        )

    return begin


@pytest.fixture
def go_on(dam):
    return lambda scroll_id: dam.http.post("/asset-scroll-searches", json={"scrollId": scroll_id})


@pytest.fixture
def walk(begin, go_on):
    """All pages, until an empty one."""

    def walk(**more):
        pages = [begin(**more).json()]
        while pages[-1]["results"]:
            pages.append(go_on(pages[-1]["scrollId"]).json())
        return pages

    return walk


def ids(pages):
    return [one["result"]["id"] for page in pages for one in page["results"]]


@pytest.mark.parametrize(("form", "scroll_ids"), [("constant", 1), ("changing", 4)])
def test_a_walk_shows_every_asset_once_and_ends_on_an_empty_page(sandbox, walk, form, scroll_ids):
    sandbox.tell("seed_assets", {"count": 60 - sandbox.ask("state")["assets"]["STAGED"], "state": "STAGED"})
    sandbox.tell("variant", {"scroll_id": form})

    pages = walk()

    assert sorted(ids(pages)) == [one["id"] for one in sandbox.ask("assets?state=STAGED")]
    assert {page["totalResults"] for page in pages} == {60}
    assert (len(pages), len({page["scrollId"] for page in pages})) == (4, scroll_ids)


def test_a_walk_goes_past_the_rows_that_paging_reaches(sandbox, dam, walk):
    sandbox.tell("variant", {"search_cap": 20})

    assert len(ids(walk())) > 20
    assert dam.search("asset", STAGED, size=21).status_code == 400


def test_rows_come_in_the_order_and_form_that_were_asked_for(dam, walk, rows):
    sorts = [{"field": {"type": "FIXED", "fieldName": "DATE_STAGED"}, "order": "DESC"}]

    pages = walk(sorts=sorts)

    assert [one for page in pages for one in page["results"]] == dam.search("asset", STAGED, sorts=sorts).json()[
        "results"
    ]


def test_assets_that_moved_meanwhile_are_shown_as_they_are_now(sandbox, dam, begin, go_on):
    first = begin().json()
    body = {"transition": "STAGED_TO_LIVE", "selector": {"type": "BY_CRITERION", "criterion": STAGED}}
    dam.run("asset-lifecycle-transition", body)

    second = go_on(first["scrollId"]).json()

    assert {one["result"]["lifecycleStatus"]["state"] for one in second["results"]} == {"LIVE"}


def test_a_page_that_never_arrived_is_not_shown_again(sandbox, dam, begin, go_on, rows):
    sandbox.tell("faults", [{"endpoint": "scroll_assets", "kind": "status", "effect": True, "after": 1}])
    first = begin(pageSize=5).json()

    lost, second = go_on(first["scrollId"]), go_on(first["scrollId"]).json()

    assert lost.status_code == 503
    assert len({*ids([first, second])}) == 10
    assert [one["result"] for one in second["results"]] == rows(dam.search("asset", STAGED, start=10, size=5).json())


def test_a_walk_that_was_forgotten_is_a_404(sandbox, begin, go_on):
    forgotten = begin().json()["scrollId"]
    sandbox.forget("scrolls")
    sandbox.tell("variant", {"scroll_pages": 2})
    ended = begin().json()["scrollId"]

    assert [go_on(one).status_code for one in ("nothing", forgotten, ended, ended)] == [404, 404, 200, 404]


def test_an_old_id_is_a_404_where_each_page_has_a_new_one(sandbox, begin, go_on):
    sandbox.tell("variant", {"scroll_id": "changing"})
    first = begin().json()["scrollId"]

    assert [go_on(first).status_code, go_on(first).status_code] == [200, 404]


@pytest.mark.parametrize(
    "change",
    [{"pageSize": 0}, {"pageSize": 1001}, {"from": 0}, {"sorts": None}, {"criterion": None}, {"scrollId": "x"}],
)
def test_what_a_walk_does_not_know_is_refused(begin, change):
    assert begin(**change).status_code == 400


def test_the_size_of_a_page_may_be_left_out(dam):
    answer = dam.http.post("/asset-scroll-searches", json={"criterion": {"type": "MATCH_ALL"}, "sorts": []})

    assert len(answer.json()["results"]) == 100
