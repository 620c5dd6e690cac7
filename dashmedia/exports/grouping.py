"""Counting downloads by the values of a column while events stream by; memory follows the values, not the events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dashmedia.exports.events import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What every rollup says beside its key: how many, and the first and last of them, UTC.
MEASURES = (
    pa.field("downloads", pa.int64(), nullable=False),
    pa.field("first_downloaded_at", INSTANT),
    pa.field("last_downloaded_at", INSTANT),
)
_NAMES = [field.name for field in MEASURES]

#: Partial counts are joined once there are so many, or as many as values known so far: each is then touched a few times.
PENDING_ROWS = 50_000


class Grouping:
    """Downloads by the values of one column; an absent value is a value of its own."""

    def __init__(self, column: str, kind: pa.DataType, pending_rows: int = PENDING_ROWS) -> None:
        self._column, self._pending_rows = column, pending_rows
        self._schema = pa.schema([pa.field(column, kind), *MEASURES])
        self._joined: pa.Table = self._schema.empty_table()
        self._pending: list[pa.Table] = []

    def add(self, events: pa.Table) -> None:
        """Count these as well."""
        at = "downloaded_at"
        found = _group(events, self._column, [([], "count_all"), (at, "min"), (at, "max")])
        self._pending.append(found.rename_columns([self._column, *_NAMES]).cast(self._schema))
        if sum(table.num_rows for table in self._pending) > max(self._pending_rows, self._joined.num_rows):
            self._join()

    def counts(self) -> pa.Table:
        """Key and `MEASURES`: the most downloads first, then by key, what has no value last of equals."""
        self._join()
        order = [("downloads", "descending"), (self._column, "ascending")]
        return self._joined.take(pc.sort_indices(self._joined, order))

    def _join(self) -> None:
        whole = pa.concat_tables([self._joined, *self._pending])
        downloads, first, last = _NAMES
        found = _group(whole, self._column, [(downloads, "sum"), (first, "min"), (last, "max")])
        self._joined, self._pending = found.rename_columns([self._column, *_NAMES]).cast(self._schema), []


def measure(events: pa.RecordBatch | pa.Table) -> dict[str, Any]:
    """`MEASURES` of these events."""
    span = pc.min_max(events.column("downloaded_at")).as_py()
    return dict(zip(_NAMES, (events.num_rows, span["min"], span["max"]), strict=True))


def join_measures(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`MEASURES` of several together; none gives zero downloads and no times."""
    rows = list(parts)
    firsts, lasts = ([row[name] for row in rows if row[name]] for name in _NAMES[1:])
    sums = sum(row["downloads"] for row in rows), min(firsts, default=None), max(lasts, default=None)
    return dict(zip(_NAMES, sums, strict=True))


def _group(table: pa.Table, column: str, aggregations: list[Any]) -> pa.Table:
    found: pa.Table = table.group_by(column, use_threads=False).aggregate(aggregations)
    return found
