import pytest


def numbers(answer, ids):
    return [ids.index(one["result"]["id"]) for one in answer["results"]]


def test_without_sorts_rows_come_in_an_order_of_their_own_but_each_once(dam, ten):
    pages = [numbers(dam.events(start=start, size=5, sorts=[]), ten) for start in (0, 5)]

    assert sorted(pages[0] + pages[1]) == list(range(10))
    assert pages[0] + pages[1] != list(range(10))


def test_the_order_can_be_ignored(sandbox, dam, ten):
    sandbox.tell("variant", {"event_order": "ignored"})

    pages = [numbers(dam.events(start=start, size=5), ten) for start in (0, 5)]

    assert sorted(pages[0] + pages[1]) == list(range(10))
    assert pages[0] + pages[1] != list(range(10))


def test_rows_can_be_shuffled_within_their_page(sandbox, dam, ten):
    sandbox.tell("variant", {"event_order": "shuffled"})

    pages = [numbers(dam.events(start=0, size=5), ten) for _ in range(20)]

    assert {tuple(sorted(page)) for page in pages} == {(0, 1, 2, 3, 4)}
    assert len(set(map(tuple, pages))) > 1


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_events_of_one_time_can_change_places_between_requests(sandbox, dam, ten, order):
    sandbox.tell("variant", {"event_order": "unstable_ties"})

    pages = [numbers(dam.events(order=order, start=0, size=5), ten) for _ in range(20)]

    firsts = {tuple(page[:2]) for page in pages}
    assert firsts == {(0, 1) if order == "ASC" else (9, 8)}
    assert all(set(page[2:]) <= set(range(2, 8)) for page in pages)
    assert len({tuple(sorted(page)) for page in pages}) > 1


def test_events_of_one_time_change_places_within_their_window_only(sandbox, dam, ten):
    sandbox.tell("variant", {"event_order": "unstable_ties"})
    window = {"type": "FIELD_RANGE", "field": "DATE", "from": "2026-07-01T00:00:05Z"}

    pages = [numbers(dam.events(window, start=4, size=3), ten) for _ in range(20)]

    assert {page[2] for page in pages} == {8}
    assert all(set(page[:2]) <= set(range(2, 8)) for page in pages)


def test_of_events_of_one_time_the_later_told_comes_later(sandbox, dam, only):
    noon = "2026-07-01T12:00:00Z"

    ids = [*only(noon), *sandbox.tell("events", [{"date": noon}])]

    assert numbers(dam.events(), ids) == [0, 1]
