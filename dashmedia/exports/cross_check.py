"""Rollups compared with what the service itself counts by user type, download type, portal and asset."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dashmedia.errors import IncompleteExportError
from dashmedia.exports.pages import ExportRules, Pages
from dashmedia.exports.readings import ContractSeen, Reading
from dashmedia.exports.rollups import By
from dashmedia.exports.search import Dimension
from dashmedia.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashmedia.exports.readings import ContractVariant
    from dashmedia.exports.rollups import Rollups
    from dashmedia.exports.search import Counted, EventSearch

#: Which rollup holds what the service can count by. It has no count by day of a zone: each day's certificate is that.
ROLLUP_OF = {
    Dimension.USER_TYPE: By.USER_TYPE,
    Dimension.DOWNLOAD_TYPE: By.DOWNLOAD_TYPE,
    Dimension.PORTAL: By.PORTAL,
    Dimension.ASSET: By.ASSET,
}

#: Differences that an error lists; the service's own words for the rest would be no clearer.
MOST_LISTED = 5


def cross_check(search: EventSearch, rollups: Rollups, rules: ExportRules | None = None) -> int:
    """Compare the rollups with the service's aggregations over the same days; how many numbers agreed.

    One request for each dimension and run of days without a gap, and up to three more where it is unknown how the
    service reads range ends. Where the service names only its most frequent values, the others are compared as a sum.
    Events that arrived since the export make a difference, so check days soon after they were exported.

    Raises:
        IncompleteExportError: a number differs; with the numbers.
    """
    seen = ContractSeen(_learnt(rollups.contracts))
    spans = join_windows(rollups.windows.values())
    for span in spans:
        _settle_readings(search, seen, span, rules or ExportRules())
    agreed = 0
    for dimension in ROLLUP_OF if spans else ():
        counted = [search.terms(seen.ask(span), dimension) for span in spans]
        agreed += _compare(Window(spans[0].start, spans[-1].end), dimension, counted, _held(rollups, dimension))
    return agreed


def join_windows(windows: Iterable[Window]) -> list[Window]:
    """The windows in order, neighbours that meet joined."""
    ordered = sorted(windows)
    starts = [
        right.start for left, right in pairwise([None, *ordered]) if right and (not left or left.end != right.start)
    ]
    ends = [left.end for left, right in pairwise([*ordered, None]) if left and (not right or left.end != right.start)]
    return [Window(*both) for both in zip(starts, ends, strict=True)]


def _learnt(contracts: Iterable[ContractVariant]) -> ContractVariant | None:
    """The first of them that knows both range ends, else the one that knows most."""
    return max(contracts, key=lambda one: -_unknown(one), default=None)


def _unknown(variant: ContractVariant) -> int:
    return [variant.range_start, variant.range_end].count(Reading.UNKNOWN)


def _settle_readings(search: EventSearch, seen: ContractSeen, span: Window, rules: ExportRules) -> None:
    """Learn from one page how range ends are read: until then a range is asked for a tick too wide."""
    if _unknown(seen.variant):
        pages = Pages(search, seen, rules)
        pages.learn_range_ends(pages.read(span).events)


def _held(rollups: Rollups, dimension: Dimension) -> dict[str | None, int]:
    table = rollups.tables[ROLLUP_OF[dimension]]
    keys, counts = table.column(0).to_pylist(), table.column("downloads").to_pylist()
    return dict(zip(keys, counts, strict=True))


def _compare(
    window: Window, dimension: Dimension, counted: Iterable[Counted[str]], held: Mapping[str | None, int]
) -> int:
    told: dict[str, int] = {}
    rest = 0
    for one in counted:
        rest += one.total - sum(one.buckets.values())
        for value, count in one.buckets.items():
            told[value] = told.get(value, 0) + count
    pairs = {value: (count, held.get(value, 0)) for value, count in told.items()}
    pairs["all others"] = rest, sum(count for value, count in held.items() if value not in told)
    if differing := {value: pair for value, pair in pairs.items() if pair[0] != pair[1]}:
        raise _difference(window, dimension, differing)
    return len(pairs)


def _difference(
    window: Window, dimension: Dimension, differing: Mapping[str, tuple[int, int]]
) -> IncompleteExportError:
    worst = sorted(differing.items(), key=lambda item: (-abs(item[1][0] - item[1][1]), item[0]))[:MOST_LISTED]
    numbers = {"differences": len(differing)}
    for value, (server, here) in worst:
        numbers |= {f"{value} at the service": server, f"{value} here": here}
    reason = f"by {dimension} the service counts otherwise than the rollups; were there late events, export again"
    return IncompleteExportError(str(window), reason, numbers)
