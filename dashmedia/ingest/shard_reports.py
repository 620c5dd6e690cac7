"""Many reports of shards become one of the run that was shared out."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from dashmedia.ingest.report import FATES, LISTED_MAX, Delivered, IngestReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dashmedia.ingest.options import IngestOptions

#: Counts that simply add up.
SUMMED = ("found", *FATES, "bytes", "fields_written")


def sum_reports(
    reports: Sequence[IngestReport], options: IngestOptions, *, run_id: str, seconds: float, lost: Mapping[str, str]
) -> IngestReport:
    """One report over all shards; lists keep their first `LISTED_MAX` entries.

    Args:
        reports: of the shards that left one; of each the last.
        options: what was chosen for the run.
        run_id: of the run that was shared out.
        seconds: from its start to its end.
        lost: shards that left no report, and what became of them, for people.
    """
    counts = {name: sum(getattr(each, name) for each in reports) for name in SUMMED}
    lists: dict[str, Any] = {name: _first(reports, name) for name in ("refusals", "failures", "assets")}
    told = dict.fromkeys(chain.from_iterable(each.remarks for each in reports))
    return IngestReport(
        run_id=run_id, source=options.source, dry_run=options.dry_run, seconds=round(seconds, 3),
        destinations=tuple(dict.fromkeys(chain.from_iterable(each.destinations for each in reports))),
        requests=_added(each.requests for each in reports),
        rejected_by_rule=_added(each.rejected_by_rule for each in reports),
        by_destination=_by_destination(reports), lost_shards=tuple(lost), remarks=(*told, *lost.values()), **counts, **lists,
    )  # fmt: skip


def _first(reports: Sequence[IngestReport], listed: str) -> tuple[Any, ...]:
    return tuple(islice(chain.from_iterable(getattr(each, listed) for each in reports), LISTED_MAX))


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _by_destination(reports: Sequence[IngestReport]) -> tuple[Delivered, ...]:
    parts: dict[str, list[Delivered]] = {}
    for part in chain.from_iterable(each.by_destination for each in reports):
        parts.setdefault(part.destination, []).append(part)
    return tuple(
        Delivered(destination=destination, name=same[0].name, counts=_added(part.counts for part in same))
        for destination, same in parts.items()
    )
