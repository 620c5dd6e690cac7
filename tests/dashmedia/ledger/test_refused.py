from __future__ import annotations

from dashmedia.ledger.refused import read_refused
from dashmedia.refusals import Refusal, Rule


def listed(ledger, **how):
    return [(each.uri, each.source_row, each.rule, each.seen) for each in ledger.refused(**how)]


def test_a_refusal_is_kept_once_with_the_date_it_was_first_seen(ledger, begin, clock):
    ledger.refuse(begin("run-1"), "ugc/", [Refusal("a.jpg", None, Rule.FILE_EMPTY, "0 bytes")])
    first = clock.now
    clock.now += 3600
    ledger.refuse(begin("run-2"), "ugc/", [Refusal("a.jpg", None, Rule.DOES_NOT_DECODE, "truncated")])

    (kept,) = ledger.refused()

    assert (kept.rule, kept.seen, kept.run_id) == ("does_not_decode", "truncated", "run-2")
    assert (kept.first_seen.timestamp(), kept.last_seen.timestamp()) == (first, clock.now)


def test_what_the_newest_run_did_not_refuse_is_listed_only_when_everything_is(ledger, begin, clock):
    ledger.refuse(begin("run-1"), "ugc/", [Refusal("mended.jpg", 3, Rule.FILE_EMPTY, "0 bytes")])
    clock.now += 60
    begin("run-2")
    begin("run-3", dry_run=True)

    assert listed(ledger) == []
    assert listed(ledger, everything=True) == [("mended.jpg", 3, "file_empty", "0 bytes")]


def test_a_row_without_a_uri_is_still_one_row(ledger, begin):
    rows = [Refusal("", number, Rule.BAD_ROW, "no uri") for number in (4, 9)]

    ledger.refuse(begin(), "ugc/", rows)

    assert [uri for uri, *_ in listed(ledger)] == ["row 4", "row 9"]


def test_a_uri_as_long_as_a_book_is_kept_shortened_and_not_mixed_up(ledger, begin):
    books = [Refusal("é" * 500_000 + end, 1, Rule.BAD_ROW, "too long") for end in "ab"]

    ledger.refuse(begin(), "ugc/", books)

    assert len({uri for uri, *_ in listed(ledger)}) == 2


def test_a_list_of_several_pages_has_every_refusal_once(ledger, begin):
    ledger.refuse(begin(), "ugc/", [Refusal(f"{number}.jpg", number, Rule.FILE_EMPTY, "") for number in range(7)])

    found = list(read_refused(ledger._database, page=3))

    assert [each.uri for each in found] == [f"{number}.jpg" for number in range(7)]


def test_no_refusals_are_no_change(ledger, begin):
    ledger.refuse(begin(), "ugc/", [])

    assert listed(ledger) == []
