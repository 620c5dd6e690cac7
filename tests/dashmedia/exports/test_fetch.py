from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashmedia.errors import CapExceededError, ContractError, IncompleteExportError, SettingsError, WindowError
from dashmedia.exports.events import EVENT_DTYPES, table_to_frame
from dashmedia.exports.fetch import export_window
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.plan import count_pages
from dashmedia.exports.readings import ContractSeen, Order, Ties
from dashmedia.exports.search import EventPage
from dashmedia.exports.windows import TICK, Window

DAY = timedelta(days=1)


@pytest.fixture
def day(midnight):
    return Window(midnight, midnight + DAY)


def now():
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


def ids(export):
    return export.table.column("event_id").to_pylist()


def truth(service, window):
    return [one.event_id for one in service.events if one.downloaded_at in window]


def requests(export):
    return sum(export.certificate.requests.values())


@st.composite
def services(draw, service, event, midnight):
    """A service with events crowded around a few instants of an hour, at both ends of the window too."""
    places = draw(
        st.lists(
            st.sampled_from([-1, 0, 1, 2, 3, 60_000, 1_800_000, 3_599_999, 3_600_000]) | st.integers(-3, 3_600_003),
            max_size=90,
        )
    )
    few = draw(st.booleans())
    members = {"user_type": "API", "download_type": "ORIGINAL", "portal_id": None, "asset_id": "a"} if few else {}
    events = [event(n, midnight + at * TICK, **members) for n, at in enumerate(places)]
    late = draw(st.dictionaries(st.integers(1, 12), st.integers(0, 3_599_999), max_size=2))
    cap = draw(st.integers(1, 40))
    served = service(
        events,
        cap=cap,
        from_inclusive=draw(st.booleans()),
        to_inclusive=draw(st.booleans()),
        order=draw(st.sampled_from(["by_date", "by_id", "shuffled"])),
        shuffle_ties=draw(st.booleans()),
        arrivals={call: [event(1000 + call, midnight + at * TICK)] for call, at in late.items()},
        terms_most=draw(st.sampled_from([None, 1, 3])),
        seed=draw(st.integers(0, 9)),
    )
    page_rows = draw(st.integers(1, min(cap, 12)))
    return served, ExportRules(page_rows=page_rows, cap_rows=cap, threads=draw(st.integers(1, 3)), refetches=8)


def crowd(service, window, reach):
    """The most events that agree in every dimension within `reach` of one instant."""
    kinds = {}
    for one in service.events:
        kinds.setdefault((one.user_type, one.download_type, one.portal_id, one.asset_id), []).append(one.downloaded_at)
    return max(
        (sum(abs(at - other) <= reach for other in dates) for dates in kinds.values() for at in dates), default=0
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_export_is_the_truth_and_its_windows_tile_whatever_the_service_does(data, service, event, midnight):
    served, rules = data.draw(services(service, event, midnight))
    window = Window(midnight, midnight + timedelta(hours=1))

    try:
        export = export_window(served, window, rules, now=now)
    except CapExceededError:
        # Among rows in no order a page may not tell how range ends are read; then neighbours count towards the cap.
        reach = timedelta(0) if served.order == "by_date" else TICK
        assert crowd(served, window, reach) > rules.cap_rows
        return

    assert ids(export) == truth(served, window)
    assert export.certificate.problems() == []
    assert export.certificate.server_total == len(truth(served, window))


@pytest.mark.parametrize("from_inclusive", [True, False])
@pytest.mark.parametrize("to_inclusive", [True, False])
def test_events_at_both_ends_are_right_under_either_reading(service, event, day, from_inclusive, to_inclusive):
    places = [day.start - TICK, day.start, day.start + TICK, day.end - TICK, day.end, day.end + TICK]
    served = service(
        [event(n, at) for n, at in enumerate(places)], from_inclusive=from_inclusive, to_inclusive=to_inclusive
    )

    export = export_window(served, day, now=now)

    assert ids(export) == ["event-0000001", "event-0000002", "event-0000003"]
    assert requests(export) <= 4


def test_a_day_without_events_has_a_certificate_and_columns(service, day):
    export = export_window(service([]), day, now=now)

    assert export.certificate.unique_ids == 0
    assert table_to_frame(export.table).dtypes.astype(str).to_dict() == EVENT_DTYPES


@pytest.mark.parametrize("shuffle_ties", [False, True])
def test_a_skewed_day_takes_hardly_more_requests_than_pages(service, event, spread, day, shuffle_ties):
    second = day.start + timedelta(hours=9, minutes=13, seconds=7)
    crowded = day.start + timedelta(hours=15, milliseconds=123)
    events = spread(60_000)
    events += [event(100_000 + n, second + n % 1000 * TICK) for n in range(15_000)]
    events += [event(200_000 + n, crowded) for n in range(12_000)]
    served = service(events, shuffle_ties=shuffle_ties)

    export = export_window(served, day, now=now)

    assert ids(export) == truth(served, day)
    # Ties that change from page to page: the crowded millisecond is read once more, in parts. How many pages of it were
    # read before that showed depends on which thread asked first.
    once_more = count_pages(12_000, 1_000) + 5 if shuffle_ties else 0
    assert requests(export) <= 1.10 * count_pages(87_000, 1_000) + 3 + once_more


@pytest.mark.parametrize("from_inclusive", [True, False])
def test_a_day_that_is_mostly_one_millisecond_takes_hardly_more_requests_than_pages(
    service, event, spread, day, from_inclusive
):
    kinds = ["USER"] * 9 + ["PORTAL_VISITOR"] * 7 + ["SHARE_VISITOR"] * 3 + ["API"]
    crowded = day.start + timedelta(hours=3, milliseconds=7)
    crowd = [event(10_000 + n, crowded, user_type=kinds[n % len(kinds)]) for n in range(12_000)]
    served = service(spread(5_100) + crowd, from_inclusive=from_inclusive)

    export = export_window(served, day, now=now)

    assert ids(export) == truth(served, day)
    # Where ranges leave out their start, one page finds that out.
    assert requests(export) <= 1.10 * count_pages(17_100, 1_000) + 3 + (not from_inclusive)


def test_a_page_that_one_millisecond_fills_is_not_read_twice(service, event, spread, day):
    crowd = [event(10_000 + n, day.start + timedelta(hours=9)) for n in range(2_500)]
    served = service(spread(300) + crowd)

    export = export_window(served, day, now=now)

    assert ids(export) == truth(served, day)
    assert requests(export) <= count_pages(2_800, 1_000) + 3


def test_a_day_of_one_page_takes_two_requests(service, spread, day):
    assert requests(export_window(service(spread(900)), day, now=now)) == 2


def test_more_than_the_cap_in_one_millisecond_is_split_by_user_type(service, event, day):
    served = service([event(n, day.start + DAY / 2) for n in range(12_000)])

    export = export_window(served, day, now=now)

    (instant,) = [part for part in export.certificate.tree.parts if part.parts]
    assert len(ids(export)) == 12_000
    assert [part.where for part in instant.parts] == [
        "user_type is API or PORTAL_VISITOR or SHARE_VISITOR",
        "user_type is USER",
    ]
    assert export.certificate.contract.ties is Ties.STABLE


def test_events_without_a_value_are_found_when_split(service, event, day):
    same = {"user_type": "API", "download_type": "ORIGINAL"}
    events = [event(n, day.start, **same, portal_id=f"portal-{n % 2}" if n % 5 else None) for n in range(90)]
    served = service(events, cap=40)

    export = export_window(served, day, ExportRules(page_rows=10, cap_rows=40), now=now)

    assert ids(export) == truth(served, day)


def test_more_than_the_cap_that_nothing_tells_apart_is_refused_with_the_numbers(service, event, day):
    same = {"user_type": "API", "download_type": "ORIGINAL", "portal_id": None, "asset_id": "a-1"}
    served = service([event(n, day.start, **same) for n in range(10_001)])

    with pytest.raises(CapExceededError, match=r"10,001 events lie in .* paging reaches only 10,000") as caught:
        export_window(served, day, now=now)

    assert (caught.value.total, caught.value.cap) == (10_001, 10_000)


def test_exactly_the_cap_that_nothing_tells_apart_is_read(service, event, day):
    same = {"user_type": "API", "download_type": "ORIGINAL", "portal_id": None, "asset_id": "a-1"}
    events = [event(n, day.start, **same) for n in range(400)] + [event(400 + n, day.start + TICK) for n in range(50)]
    served = service(events, cap=400)

    export = export_window(served, day, ExportRules(page_rows=100, cap_rows=400), now=now)

    assert len(ids(export)) == 450


@pytest.mark.parametrize("order", ["by_id", "shuffled"])
def test_rows_in_any_order_are_all_found(service, event, spread, day, order):
    events = spread(6_000) + [event(50_000 + n, day.start + DAY / 3) for n in range(900)]
    served = service(events, order=order)

    export = export_window(served, day, ExportRules(page_rows=100), now=now)

    assert ids(export) == truth(served, day)
    assert export.certificate.contract.order is Order.IGNORED


def test_what_one_export_learnt_saves_the_next_its_detours(service, spread, day):
    served = service(spread(6_000), order="by_id", to_inclusive=False)
    seen = ContractSeen()
    rules = ExportRules(page_rows=100)

    first = export_window(served, day, rules, seen, now=now)
    second = export_window(served, day, rules, seen, now=now)

    assert requests(second) < requests(first)
    assert seen.variant.order is Order.IGNORED


def test_an_event_that_arrives_behind_the_reader_is_fetched_at_the_recount(service, event, spread, day):
    served = service(spread(3_000), arrivals={4: [event(9_000, day.start + TICK)]})

    export = export_window(served, day, ExportRules(threads=1), now=now)

    assert "event-0009000" in ids(export)
    assert export.certificate.refetches == 1


def test_only_the_hours_that_moved_are_fetched_again(service, event, spread, day):
    served = service(spread(24_000), arrivals={26: [event(90_000, day.start + TICK)]})

    export = export_window(served, day, ExportRules(threads=1), now=now)

    assert ids(export) == truth(served, day)
    assert export.certificate.refetches == 1
    assert requests(export) <= 33


def test_a_window_that_never_rests_is_an_error_with_the_numbers(service, event, spread, day):
    arrivals = {call: [event(9_000 + call, day.start + call * TICK)] for call in range(60)}
    served = service(spread(100), arrivals=arrivals)

    with pytest.raises(IncompleteExportError, match=r"numbers disagree.*server total 1") as caught:
        export_window(served, day, now=now)

    assert caught.value.numbers["server_total"] == caught.value.numbers["unique_ids"] + 1


class Spoiled:
    """Spoils pages, the first `times` of them."""

    def __init__(self, change, times=1_000):
        self.change, self.left = change, times

    def __call__(self, number, criterion, page):
        if self.left <= 0 or not page.events:
            return page
        self.left -= 1
        return self.change(page)


def short(page):
    return EventPage(page.total, page.events[:-7])


def doubled(page):
    return EventPage(page.total, [*page.events[:-1], page.events[0]])


def astray(page):
    return EventPage(page.total, [*page.events[:-1], page.events[-1]._replace(downloaded_at=now())])


def more_promised(page):
    return EventPage(page.total + 5, page.events)


@pytest.mark.parametrize("change", [short, doubled, astray, more_promised])
def test_a_page_that_contradicts_itself_once_is_asked_for_again(service, spread, day, change):
    served = service(spread(2_500), spoil=Spoiled(change, times=1))

    export = export_window(served, day, now=now)

    assert ids(export) == truth(served, day)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (short, "shorter than its total promises.*rows promised 1,000, rows seen 993"),
        (doubled, "holds an event twice.*unique ids 999"),
        (astray, "event event-0000999 of 2026-11-21T12:00:00.000Z lies outside the range"),
    ],
)
def test_a_page_that_always_contradicts_itself_is_an_error_with_the_numbers(service, spread, day, change, words):
    served = service(spread(2_500), spoil=Spoiled(change))

    with pytest.raises(IncompleteExportError, match=words):
        export_window(served, day, now=now)


def test_the_same_page_for_another_range_is_noticed(service, spread, day):
    pages = []
    served = service(spread(2_500), spoil=lambda _number, _criterion, page: pages.append(page) or pages[0])

    with pytest.raises(IncompleteExportError, match="outside the range"):
        export_window(served, day, ExportRules(threads=1), now=now)


def test_totals_that_lie_are_an_error_with_the_numbers(service, spread, day):
    class Forgetful(service):
        def page(self, criterion, start, size):
            page = super().page(criterion, start, size)
            return EventPage(min(page.total, 900), page.events[:900])

    with pytest.raises(IncompleteExportError) as caught:
        export_window(Forgetful(spread(2_500)), day, now=now)

    assert caught.value.numbers == {
        "server_total": 2_500,
        "aggregation_sum": 2_500,
        "unique_ids": 900,
        "rows_of_sub_windows": 900,
    }


def test_an_event_without_id_is_named_as_a_breach_of_the_contract(service, event, day):
    served = service([event(1, day.start, event_id="")])

    with pytest.raises(ContractError, match=r"results\[\]\.id"):
        export_window(served, day, now=now)


def test_one_event_with_two_dates_is_not_counted_twice_in_silence(service, event, day):
    served = service([event(1, day.start), event(1, day.end - TICK)] + [event(n, day.start + DAY / 2) for n in (2, 3)])

    with pytest.raises(IncompleteExportError):
        export_window(served, day, ExportRules(page_rows=2), now=now)


def test_an_event_without_a_zoned_date_is_named_as_a_breach_of_the_contract(service, event, day):
    def forget_the_zone(page):
        return EventPage(page.total, [page.events[0]._replace(downloaded_at=day.start.replace(tzinfo=None))])

    with pytest.raises(ContractError, match=r"results\[\]\.date"):
        export_window(service([event(1, day.start)], spoil=Spoiled(forget_the_zone)), day, now=now)


@pytest.mark.parametrize("from_inclusive", [True, False])
@pytest.mark.parametrize("to_inclusive", [True, False])
@pytest.mark.parametrize("order", ["by_date", "by_id"])
def test_dates_finer_than_a_millisecond_are_exported_right_or_refused(
    service, event, day, from_inclusive, to_inclusive, order
):
    half = timedelta(microseconds=500)
    places = [day.start - half, day.start, day.start + half, day.end - half, day.end, day.end + half]
    events = [event(n, place) for n, place in enumerate(places * 3)]
    served = service(events, from_inclusive=from_inclusive, to_inclusive=to_inclusive, order=order)

    try:
        found = ids(export_window(served, day, ExportRules(page_rows=4), now=now))
    except IncompleteExportError:
        found = None

    assert found in (None, truth(served, day))


def test_events_that_nothing_tells_apart_and_that_the_pages_never_show_are_an_error(service, event, day):
    same = {"user_type": "API", "download_type": "ORIGINAL", "portal_id": None, "asset_id": "a-1"}

    class Hiding(service):
        def _ordered(self, found, needed):
            return super()._ordered(found[:-1], needed) + found[:1]

    served = Hiding([event(n, day.start, **same) for n in range(25)], order="shuffled")

    with pytest.raises(IncompleteExportError, match="kept missing some") as caught:
        export_window(served, day, ExportRules(page_rows=10), now=now)

    assert (caught.value.numbers["server_total"], caught.value.numbers["unique_ids"]) == (25, 24)


def test_a_fault_while_asking_how_range_ends_are_read_teaches_nothing_wrong(service, spread, day):
    def spoil(_number, criterion, page):
        return short(page) if criterion.until - criterion.since == TICK and page.events else page

    served = service(spread(500), order="by_id", spoil=spoil)

    export = export_window(served, day, ExportRules(page_rows=100), now=now)

    assert ids(export) == truth(served, day)


def test_a_window_of_the_past_needs_no_clock(service):
    window = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC))

    assert export_window(service([]), window).certificate.finished_at.tzinfo is UTC


@pytest.mark.parametrize(
    "wrong", [{"page_rows": 0}, {"page_rows": 11, "cap_rows": 10}, {"threads": 0}, {"refetches": -1}]
)
def test_rules_that_cannot_work_are_refused(wrong):
    with pytest.raises(SettingsError, match="cannot work"):
        ExportRules(**wrong)


def test_a_window_that_has_not_settled_is_refused_before_any_request(service, spread, day):
    served = service(spread(10))

    with pytest.raises(WindowError, match="has not settled"):
        export_window(served, day, now=lambda: day.end + timedelta(minutes=14))

    assert served.calls == []


def test_an_error_in_one_thread_ends_the_export(service, spread, day):
    served = service(spread(60_000), spoil=Spoiled(short))

    with pytest.raises(IncompleteExportError):
        export_window(served, day, ExportRules(threads=4), now=now)
