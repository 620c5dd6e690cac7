"""Download events as columns: batches while fetching, a table when done, a pandas frame for whoever computes."""

from __future__ import annotations

import threading
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from dashmedia.exports.search import DownloadEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Microseconds hold whatever a date of the service may say; it documents milliseconds.
INSTANT = pa.timestamp("us", "UTC")

#: One row per event, sorted by `downloaded_at`, then `event_id`. Times are UTC; ids are the service's.
EVENT_SCHEMA = pa.schema(
    [
        pa.field(
            name,
            INSTANT if name == "downloaded_at" else pa.string(),
            nullable=name not in {"event_id", "downloaded_at"},
        )
        for name in DownloadEvent._fields
    ]
)

#: The same columns of a pandas frame, also of an empty one.
EVENT_DTYPES = {name: "datetime64[us, UTC]" if name == "downloaded_at" else "string" for name in DownloadEvent._fields}

#: Columns whose values repeat, held as small numbers: 200,000 events take 15 MB instead of 50.
_REPEATING = tuple(name for name in DownloadEvent._fields if name not in {"event_id", "downloaded_at"})

#: The sorting key that makes the same events the same bytes: date, then id.
order_of = itemgetter(DownloadEvent._fields.index("downloaded_at"), DownloadEvent._fields.index("event_id"))


class Packer:
    """Turns events into compact batches and batches into a table; one packer serves one export, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, dict[str, int]] = {name: {} for name in _REPEATING}

    def pack(self, events: Sequence[DownloadEvent]) -> pa.RecordBatch:
        """Events as one batch, in their order; none gives a batch without rows."""
        columns: Sequence[Sequence[Any]] = list(zip(*events, strict=True)) if events else [()] * len(EVENT_SCHEMA)
        arrays = [
            self._encode(field.name, column) if field.name in self._codes else pa.array(column, field.type)
            for field, column in zip(EVENT_SCHEMA, columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=_CODED)

    def join(self, batches: Iterable[pa.RecordBatch]) -> pa.Table:
        """The batches as one table, with dictionaries for what repeats; no batch gives a table without rows."""
        coded = pa.Table.from_batches(batches, _CODED)
        columns = [
            self._decode(column, self._codes[name]) if name in self._codes else column
            for name, column in zip(coded.column_names, coded.columns, strict=True)
        ]
        return pa.table(columns, schema=_COMPACT)

    def _encode(self, name: str, column: Sequence[str | None]) -> pa.Array:
        codes = self._codes[name]
        with self._lock:
            for value in set(column) - codes.keys():
                if value is not None:
                    codes[value] = len(codes)
        return pa.array([None if value is None else codes[value] for value in column], pa.int32())

    @staticmethod
    def _decode(column: pa.ChunkedArray, codes: dict[str, int]) -> pa.ChunkedArray:
        values = pa.array(codes, pa.string())
        chunks = [pa.DictionaryArray.from_arrays(chunk, values) for chunk in column.chunks]
        return pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))


def _retyped(kind: pa.DataType) -> pa.Schema:
    """The schema with another type for what repeats."""
    return pa.schema([field.with_type(kind) if field.name in _REPEATING else field for field in EVENT_SCHEMA])


_CODED = _retyped(pa.int32())
_COMPACT = _retyped(pa.dictionary(pa.int32(), pa.string()))


def table_to_frame(table: pa.Table) -> pd.DataFrame:
    """The events as a frame of `EVENT_DTYPES`, one row per event; no events give no rows, same columns and dtypes."""
    plain = table.cast(EVENT_SCHEMA)
    frame: pd.DataFrame = plain.to_pandas(types_mapper={pa.string(): pd.StringDtype("pyarrow")}.get)
    return frame.astype(EVENT_DTYPES)
