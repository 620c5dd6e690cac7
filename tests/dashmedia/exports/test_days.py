from datetime import date

import pytest
from support.exporting import NOON, options_of

from dashmedia.errors import WindowError
from dashmedia.exports.days import choose_days, share_out

SETTLE_S = 900.0


def chosen(**options):
    return [str(day) for day in choose_days(options_of("out", **options), NOON, SETTLE_S)]


@pytest.mark.parametrize(("options", "first", "last", "count"), [
    ({"first_day": None, "last_day": None}, "2026-11-20", "2026-11-20", 1),
    ({"first_day": None, "last_day": date(2026, 11, 3)}, "2026-11-03", "2026-11-03", 1),
    ({"first_day": date(2026, 11, 18), "last_day": None}, "2026-11-18", "2026-11-20", 3),
    ({"first_day": None, "last_day": None, "recent_days": 7}, "2026-11-14", "2026-11-20", 7),
    ({"first_day": None, "last_day": None, "timezone": "Pacific/Auckland"}, "2026-11-21", "2026-11-21", 1),
    ({"first_day": None, "last_day": None, "timezone": "Pacific/Pago_Pago"}, "2026-11-20", "2026-11-20", 1),
    ({"first_day": date(2011, 12, 29), "last_day": date(2011, 12, 31), "timezone": "Pacific/Apia"},
     "2011-12-29", "2011-12-31", 2),
])  # fmt: skip
def test_days_are_those_of_the_zone(options, first, last, count):
    days = chosen(**options)

    assert (days[0], days[-1], len(days)) == (first, last, count)


def test_a_day_that_has_begun_only_has_not_settled():
    with pytest.raises(WindowError, match="has not settled"):
        chosen(first_day=date(2026, 11, 21), last_day=None)


@pytest.mark.parametrize(
    ("days", "shards", "lengths"), [(6, 2, [3, 3]), (6, 4, [1, 2, 1, 2]), (2, 5, [1, 1]), (0, 3, [])]
)
def test_shards_hold_every_day_once(days, shards, lengths):
    whole = choose_days(options_of("out"), NOON, SETTLE_S)[:days]

    shared = share_out(whole, shards)

    assert [len(shard.days) for shard in shared] == lengths
    assert [day for shard in shared for day in shard.days] == whole


def test_a_shard_is_called_by_its_ends():
    (shard,) = share_out(choose_days(options_of("out"), NOON, SETTLE_S), 1)

    assert str(shard) == "2026-11-15 to 2026-11-20"
