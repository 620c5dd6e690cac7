from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.dam.variant import Variant
from sandbox.process import start

DAY = "2026-07-01T00:00:"


def numbers(answer, ids):
    return [ids.index(one["result"]["id"]) for one in answer["results"]]


def test_the_events_of_the_start_are_many_and_end_yesterday(dam, rows):
    answer = dam.events(order="DESC", size=1000)

    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    latest = date.fromisoformat(rows(answer)[0]["date"][:10])
    assert answer["totalResults"] == 40_000
    assert timedelta(0) <= yesterday - latest <= timedelta(days=3)
    assert len({row["assetId"] for row in rows(answer)}) > 100


def test_an_event_names_only_what_belongs_to_its_kind_of_user(dam, rows):
    portals = [row["id"] for row in rows(dam.search("portal").json())]

    by_kind = {row["userType"]: row for row in rows(dam.events(size=200))}

    assert set(by_kind) == {"USER", "PORTAL_VISITOR", "SHARE_VISITOR", "API"}
    assert (by_kind["USER"]["userId"] is None, by_kind["USER"]["portalId"]) == (False, None)
    assert (by_kind["PORTAL_VISITOR"]["userId"], by_kind["PORTAL_VISITOR"]["portalId"] in portals) == (None, True)
    assert (by_kind["SHARE_VISITOR"]["userId"], by_kind["SHARE_VISITOR"]["portalId"]) == (None, None)


def test_ids_of_events_are_told_in_the_order_in_which_they_were_given(dam, rows, only):
    late, early = only(f"{DAY}09.000Z", f"{DAY}01.000Z")

    assert [row["id"] for row in rows(dam.events())] == [early, late]
    assert [row["id"] for row in rows(dam.events(order="DESC"))] == [late, early]


def test_pages_end_at_the_cap_but_the_total_and_the_buckets_do_not(sandbox, dam):
    aggregations = {"by_type": {"type": "TERMS", "field": "USER_TYPE"}}

    last = dam.events(start=9_000, size=1_000, aggregations=aggregations)
    beyond = dam.search("asset-download-event", start=9_001, size=1_000)
    too_large = dam.search("asset-download-event", size=1_001)

    assert (len(last["results"]), last["totalResults"]) == (1_000, 40_000)
    assert sum(one["count"] for one in last["aggregations"]["by_type"]["buckets"]) == 40_000
    assert (beyond.status_code, too_large.status_code) == (400, 400)


def test_events_are_the_same_after_a_kill_given_seeded_and_arrived_ones(tmp_path, connect_dam):
    first = start(tmp_path, last_day="2026-10-31")
    first.tell("seed_events", {"count": 5_000, "days": 3})
    first.tell("events", [{"date": "2026-10-30T12:00:00Z", "assetId": "mine"}])
    first.tell("variant", {"arriving": 7, "arriving_where": "searched"})
    connect_dam(first).events()
    first.forget("variant")
    before = connect_dam(first).events(size=1000)

    first.kill()
    with start(tmp_path, seed=9) as second:
        after = connect_dam(second).events(size=1000)

        assert before["totalResults"] == second.ask("state")["download_events"] == 5_008
        assert after == before
        assert {row["result"]["date"][:10] for row in after["results"]} <= {"2026-10-29", "2026-10-30", "2026-10-31"}


def test_the_same_seed_and_last_day_give_the_same_account(tmp_path, connect_dam):
    answers = []
    for name in ("one", "two"):
        with start(tmp_path / name, last_day="2026-10-31", seed=5) as running:
            dam = connect_dam(running)
            answers.append((dam.events(size=1000), dam.search("asset", size=1000).json()["totalResults"]))

    assert answers[0] == answers[1]


def test_a_large_skewed_set_is_where_it_was_wanted(sandbox, dam):
    sandbox.tell(
        "seed_events",
        {
            "count": 200_000,
            "last_day": "2026-10-30",
            "days": 30,
            "day_share": 0.2,
            "second_count": 15_000,
            "millisecond_count": 12_000,
        },
    )

    def count(since, until, **more):
        return dam.events({"type": "FIELD_RANGE", "field": "DATE", "from": since, "to": until}, size=0, **more)

    by_type = {"by_type": {"type": "TERMS", "field": "USER_TYPE"}}
    whole = count("2026-10-01T00:00:00Z", "2026-10-30T23:59:59.999Z")["totalResults"]
    day = count("2026-10-16T00:00:00Z", "2026-10-16T23:59:59.999Z")["totalResults"]
    second = count("2026-10-16T14:02:17.000Z", "2026-10-16T14:02:17.999Z")["totalResults"]
    millisecond = count("2026-10-17T09:00:41.007Z", "2026-10-17T09:00:41.007Z", aggregations=by_type)

    assert whole == 200_000
    assert day >= 40_000
    assert 15_000 <= second < 15_100
    assert 12_000 <= millisecond["totalResults"] < 12_010
    assert [one["count"] > 0 for one in millisecond["aggregations"]["by_type"]["buckets"]] == [True] * 4


def test_the_truth_can_be_read_whatever_the_variant(sandbox, dam, only):
    ids = only(f"{DAY}01.000Z", f"{DAY}02.000Z", f"{DAY}03.000Z")
    sandbox.tell("variant", {"event_id": "eventId", "range_start": "exclusive", "event_order": "ignored"})

    truth = sandbox.ask(f"events?since={DAY}01Z&until={DAY}03Z")

    assert [row["id"] for row in truth] == ids[:2]


def test_an_event_or_a_seeding_that_means_nothing_is_refused(sandbox):
    for path, body in [
        ("seed_events", {"count": -1}),
        ("seed_events", {"count": 1, "skew": 2}),
        ("events", [{"date": "2026-07-01T00:00:00"}]),
        ("events", [{"date": "2026-07-01T00:00:00Z", "colour": "red"}]),
    ]:
        with pytest.raises(ValueError, match="refused POST"):
            sandbox.tell(path, body)

    assert sandbox.ask("state")["download_events"] == 40_000


def test_pages_can_be_short_repeating_or_doubled(sandbox, dam, ten):
    seen = {}
    for bend in ("whole", "short", "repeating", "doubled"):
        sandbox.tell("variant", {"event_pages": bend})
        seen[bend] = [numbers(dam.events(start=start, size=4), ten) for start in (0, 4)]

    assert seen == {
        "whole": [[0, 1, 2, 3], [4, 5, 6, 7]],
        "short": [[0, 1], [4, 5]],
        "repeating": [[0, 0, 1, 2, 3], [3, 4, 5, 6, 7]],
        "doubled": [[0, 1, 2, 3], [0, 1, 2, 3]],
    }


def test_every_second_answer_can_be_the_one_before(sandbox, dam, ten):
    sandbox.tell("variant", {"event_pages": "stale"})

    pages = [numbers(dam.events(start=start, size=2), ten) for start in (0, 4, 6, 8)]

    assert pages == [[0, 1], [0, 1], [6, 7], [6, 7]]


@pytest.mark.parametrize(
    ("bend", "totals"),
    [("growing", [10, 11, 12]), ("shrinking", [10, 9, 8]), ("flickering", [10, 11, 10])],
)
def test_the_total_can_change_between_searches(sandbox, dam, ten, bend, totals):
    sandbox.tell("variant", {"event_total": bend})

    assert [dam.events()["totalResults"] for _ in range(3)] == totals


def test_bends_can_end_after_some_searches(sandbox, dam, ten):
    sandbox.tell("variant", {"event_total": "growing", "event_pages": "short", "bent_searches": 2})

    answers = [dam.events() for _ in range(3)]

    assert [(one["totalResults"], len(one["results"])) for one in answers] == [(10, 5), (11, 5), (10, 10)]


BENDS = [
    {"event_pages": "short"},
    {"event_pages": "repeating"},
    {"event_pages": "doubled"},
    {"event_pages": "stale"},
    {"event_total": "growing"},
    {"event_total": "shrinking"},
    {"event_total": "flickering"},
    {"event_flaw": "without_id"},
    {"event_flaw": "without_date"},
    {"event_flaw": "outside_window"},
    {"lost_in_buckets": 2},
]


@pytest.mark.parametrize("bend", BENDS, ids=str)
def test_every_bend_ends_after_the_searches_that_were_asked_for(sandbox, dam, ten, bend):
    def page():
        by_type = {"by_type": {"type": "TERMS", "field": "USER_TYPE"}}
        return [dam.events(start=start, size=4, aggregations=by_type) for start in (0, 4)]

    straight = page()
    sandbox.tell("variant", bend | {"bent_searches": 2})

    bent, after = page(), page()

    assert (bent != straight, after == straight) == (True, True)


def test_nothing_but_bends_ends_and_no_bend_is_forgotten():
    bent = Variant.model_validate({name: value for bend in BENDS for name, value in bend.items()} | {"arriving": 1})

    changed = {name for name, value in bent.straight() if value != getattr(bent, name)}

    assert changed == {*(name for bend in BENDS for name in bend), "arriving"}


def test_events_can_arrive_between_searches(sandbox, dam, rows, ten):
    sandbox.tell("variant", {"arriving": 3, "bent_searches": 2})

    answers = [dam.events() for _ in range(4)]

    assert [one["totalResults"] for one in answers] == [10, 13, 16, 16]
    assert all(row["date"] > "2026-07-01T00:00:09.000Z" for row in rows(answers[-1])[10:])


def test_events_can_arrive_among_those_that_are_searched(sandbox, dam, ten):
    window = {"type": "FIELD_RANGE", "field": "DATE", "from": "2026-07-01T00:00:01Z", "to": "2026-07-01T00:00:08Z"}
    sandbox.tell("variant", {"arriving": 2, "arriving_where": "searched"})

    assert [dam.events(window)["totalResults"] for _ in range(3)] == [8, 10, 12]
