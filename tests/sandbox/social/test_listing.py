import pytest


def fill(dash, count, day="2026-07-01"):
    return [dash.create(source_created_at=f"{day}T00:00:00Z").json()["id"] for _ in range(count)]


def read_all(dash, limit):
    pages, offset = [], 0
    while True:
        page = dash.page(limit=limit, offset=offset).json()
        pages.append(page)
        if page["paging"]["next"] is None:
            return pages
        offset += limit


def ids_of(pages):
    return [[one["id"] for one in page["data"]] for page in pages]


def test_the_latest_come_first_and_equal_times_by_id(sandbox, dash):
    early, late = fill(dash, 2, "2026-07-01"), fill(dash, 2, "2026-07-02")

    page = dash.page().json()

    assert [one["id"] for one in page["data"]] == [*late, *early]
    assert page["paging"] == {"count": 4, "next": None, "previous": None}


def test_pages_lead_to_each_other(sandbox, dash):
    ids = fill(dash, 5)

    page = dash.page(limit=2, offset=2).json()

    base = f"{sandbox.api_url}/brands/4242/media/v2?limit=2&offset="
    assert [one["id"] for one in page["data"]] == ids[2:4]
    assert page["paging"] == {"count": 5, "next": f"{base}4", "previous": f"{base}0"}


@pytest.mark.parametrize(("end", "found"), [("inclusive", 2), ("exclusive", 1)])
def test_dates_filter_by_day(sandbox, dash, end, found):
    sandbox.tell("variant", {"list_end": end})
    for day in ("2026-06-30", "2026-07-01", "2026-07-02", "2026-07-03"):
        fill(dash, 1, day)

    days = {"source_created_at": {"start": "2026-07-01", "end": "2026-07-02"}, "brand_media_types": ["UPLOADED"]}
    page = dash.page(filters=days).json()

    assert page["paging"]["count"] == len(page["data"]) == found


def test_other_types_and_other_brands_have_nothing(sandbox, dash):
    fill(dash, 1)

    other_type = dash.page(filters={"brand_media_types": ["INSTAGRAM_UGC"]}).json()
    other_brand = dash.page(brand=4343).json()

    assert (other_type["data"], other_brand["data"]) == ([], [])


@pytest.mark.parametrize("query", [{"limit": 100}, {"limit": 0}, {"offset": -1}, {"limit": "many"}])
def test_a_limit_or_offset_out_of_range_is_refused(sandbox, dash, query):
    answer = dash.page(**query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == list(query)


@pytest.mark.parametrize(
    ("bend", "counts", "numbers"),
    [
        ("steady", [5, 5, 5], [[0, 1], [2, 3], [4]]),
        ("repeating", [5, 5, 5], [[0, 1], [1, 2, 3], [3, 4]]),
        ("shifting", [5, 6, 6], [[0, 1], [1, 2], [3, 4]]),
        ("growing", [5, 6, 7], [[0, 1], [2, 3], [4]]),
        ("shrinking", [5, 4, 3], [[0, 1], [2, 3], [4]]),
    ],
)
def test_a_list_can_change_while_it_is_read(sandbox, dash, bend, counts, numbers):
    ids = fill(dash, 5)
    sandbox.tell("variant", {"list_pages": bend})

    pages = read_all(dash, limit=2)

    assert [page["paging"]["count"] for page in pages] == counts
    assert ids_of(pages) == [[ids[number] for number in page] for page in numbers]
