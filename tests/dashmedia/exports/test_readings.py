from __future__ import annotations

import pytest

from dashmedia.exports.readings import ContractSeen, ContractVariant, Order, Reading
from dashmedia.exports.search import Criterion
from dashmedia.exports.windows import TICK, Window


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        (Reading.UNKNOWN, Reading.UNKNOWN, -1, 10),
        (Reading.INCLUSIVE, Reading.INCLUSIVE, 0, 9),
        (Reading.EXCLUSIVE, Reading.EXCLUSIVE, -1, 10),
    ],
)
def test_the_range_that_is_sent_surely_holds_the_window(midnight, start, end, since, until):
    seen = ContractSeen(ContractVariant(range_start=start, range_end=end))

    asked = seen.ask(Window(midnight, midnight + 10 * TICK))

    assert asked == Criterion(midnight + since * TICK, midnight + until * TICK)


def test_an_event_at_a_bound_proves_it_inclusive(event, midnight):
    seen = ContractSeen()

    seen.observe(Criterion(midnight, midnight + TICK), [event(1, midnight)])

    assert (seen.variant.range_start, seen.variant.range_end) == (Reading.INCLUSIVE, Reading.UNKNOWN)


def test_one_page_out_of_order_is_not_made_good_by_later_ones(event, midnight):
    seen = ContractSeen()
    asked = Criterion(midnight - TICK, midnight + 9 * TICK)
    rising = [event(1, midnight), event(2, midnight + TICK)]

    seen.observe(asked, rising)
    before = seen.variant.order
    seen.observe(asked, rising[::-1])
    seen.observe(asked, rising)

    assert (before, seen.variant.order) == (Order.BY_DATE, Order.IGNORED)
