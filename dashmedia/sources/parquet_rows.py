"""Rows of a Parquet manifest, in steps of `STEP` rows.

Values come as Python objects, not through a frame: a missing one is None, never NaN, and dates keep their type.

Memory follows the pages, not the row group, however the file was written: a page and a buffer for each column that is read.
400,000 rows in one row group of 96 MB took 134 MB when each column of the group was read as one piece, and 54 MB like this;
in groups of 20,000 rows it is 45 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from dashmedia.errors import SourceError, clip
from dashmedia.limits import KIB
from dashmedia.sources.cells import COLUMNS
from dashmedia.sources.rows import Row, clean_columns, require_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Rows in memory at a time, beside the column pages that they come from.
STEP = 1_000

#: Bytes of a column read at a time; pages that are larger, usually up to 1 MiB, are read whole.
BUFFER_BYTES = 64 * KIB


def read_parquet_rows(stream: BinaryIO, manifest: str) -> Iterator[Row]:
    """Rows from 1 on.

    Raises:
        SourceError: not Parquet, no rows, or no `uri` column.
    """
    number = 0
    try:
        table = pq.ParquetFile(stream, pre_buffer=False, buffer_size=BUFFER_BYTES)
        names = table.schema_arrow.names
        require_columns(manifest, clean_columns(names))
        wanted = [name for name in names if clean_columns([name])[0] in COLUMNS]
        for batch in table.iter_batches(STEP, columns=wanted, use_threads=False):
            for row in _rows_of(batch, number + 1):
                number += 1
                yield row
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{manifest} cannot be read as Parquet after row {number}: {clip(str(error))}.") from error
    if number == 0:
        raise SourceError(f"{manifest} has no rows. Add a row for each original.")


def _rows_of(batch: pa.RecordBatch, first: int) -> Iterator[Row]:
    keys = clean_columns(batch.schema.names)
    for number, values in enumerate(zip(*map(_values_of, batch.columns), strict=True), first):
        cells = dict(zip(keys, values, strict=True))
        wrong = [name for name, value in cells.items() if isinstance(value, _Unreadable)]
        yield Row(number, cells, f"column {wrong[0]}: {cells[wrong[0]]}" if wrong else "")


@dataclass(frozen=True)
class _Unreadable:
    """In the place of a value: why Python does not have it."""

    reason: str

    def __str__(self) -> str:
        return f"its value cannot be read ({self.reason})"


def _values_of(column: pa.Array) -> list[Any]:
    """As Python objects; all at once unless one of them cannot be had, such as a day after the year 9999."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, LookupError):
        return [_value_of(one) for one in column]


def _value_of(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (ValueError, OverflowError, LookupError) as error:
        return _Unreadable(clip(f"{type(error).__name__}: {error}", 80))


def count_parquet_rows(stream: BinaryIO) -> int:
    """Rows, from the footer alone.

    Raises:
        SourceError: not Parquet.
    """
    try:
        return int(pq.ParquetFile(stream).metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"The manifest cannot be read as Parquet: {clip(str(error))}.") from error
