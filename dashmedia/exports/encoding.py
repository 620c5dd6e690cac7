"""Events as the bytes of a file. The same events give the same bytes, however they were fetched."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from dashmedia.exports.certificate import FileProof
from dashmedia.exports.events import EVENT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Events in one row group, and in one write: what is held twice while a file is written.
GROUP_ROWS = 20_000

#: Who writes, as the certificate names it: Parquet files carry the version, so another one gives other bytes.
WRITER = f"pyarrow {pa.__version__}"

#: ISO 8601 in UTC; Arrow's seconds carry the fraction.
_CSV_DATE = "%Y-%m-%dT%H:%M:%SZ"


class Format(StrEnum):
    """How a partition's events are written."""

    PARQUET = "parquet"
    CSV = "csv"

    @property
    def file_name(self) -> str:
        """The file's name inside the partition."""
        return f"part.{self}"


class HashingFile:
    """A binary file that knows the size and SHA-256 of what was written to it."""

    closed = False

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self._size = 0

    @property
    def proof(self) -> FileProof:
        """Of everything written so far."""
        return FileProof(size=self._size, sha256=self._hash.hexdigest())

    def write(self, data: bytes) -> int:
        """Pass the bytes on."""
        view = memoryview(data)
        self._hash.update(view)
        self._size += view.nbytes
        self._sink.write(view)
        return view.nbytes

    def close(self) -> None:
        """The sink belongs to whoever opened it."""


def encode(table: pa.Table, kind: Format, sink: IO[bytes]) -> FileProof:
    """Write the events to `sink`; memory stays at one group of rows beside the table.

    Args:
        table: compact or plain columns of `EVENT_SCHEMA`.
        kind: Parquet (zstd) or CSV (UTF-8, a header, dates as ISO 8601 with `Z`, nothing for what is absent).
        sink: binary, open for writing.
    """
    file = HashingFile(sink)
    (_encode_parquet if kind is Format.PARQUET else _encode_csv)(table, file)
    sink.flush()
    return file.proof


def _groups(table: pa.Table) -> Iterator[pa.Table]:
    """Plain columns in one chunk each, so that the bytes do not depend on how the pages fell."""
    for start in range(0, max(1, table.num_rows), GROUP_ROWS):
        yield table.slice(start, GROUP_ROWS).cast(EVENT_SCHEMA).combine_chunks()


def _encode_parquet(table: pa.Table, file: HashingFile) -> None:
    # Whatever a newer pyarrow might choose otherwise is written out. Without `store_schema` no Arrow detail gets in.
    options = {"compression": "zstd", "compression_level": 3, "version": "2.6", "data_page_version": "1.0"}
    with pq.ParquetWriter(file, EVENT_SCHEMA, store_schema=False, write_statistics=True, **options) as writer:
        for group in _groups(table):
            writer.write_table(group, row_group_size=GROUP_ROWS)


def _encode_csv(table: pa.Table, file: HashingFile) -> None:
    schema = pa.schema([pa.field(field.name, pa.string()) for field in EVENT_SCHEMA])
    at = EVENT_SCHEMA.get_field_index("downloaded_at")
    with pa_csv.CSVWriter(file, schema) as writer:
        for group in _groups(table):
            spelled = pc.strftime(group.column(at), format=_CSV_DATE)
            writer.write_table(group.set_column(at, schema.field(at), spelled).cast(schema))
