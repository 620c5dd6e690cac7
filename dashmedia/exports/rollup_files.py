"""Rollups as files: `rollups/by_asset.parquet`, `rollups/by_asset.csv`, and so on, each replaced in one step."""

from __future__ import annotations

import re
from functools import partial
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from dashmedia.exports.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "rollups"

#: As in the partitions: what a newer pyarrow might choose otherwise is written out; times are ISO 8601 in UTC.
_PARQUET = {"compression": "zstd", "compression_level": 3, "version": "2.6", "data_page_version": "1.0"}
_CSV_DATE = "%Y-%m-%dT%H:%M:%SZ"

#: Columns that people elsewhere can fill: a spreadsheet takes some of their words for formulas and runs them.
_FROM_PEOPLE = frozenset({"file_name", "title", "folder_path", "user_name", "portal_name"})

#: How a cell begins that a spreadsheet would run.
_FORMULA = re.compile(r"[=+\-@\t\r]")


def rollups_url(destination: str) -> str:
    """The folder of the rollups below `destination`, a path or fsspec URL."""
    return f"{destination.rstrip('/')}/{FOLDER}"


def write_tables(destination: str, tables: Mapping[str, pa.Table]) -> None:
    """Write each table as Parquet and as CSV, by its name; the same tables give the same bytes.

    All are staged before the first is put in its place. In the CSV, a name that a spreadsheet would run as a formula
    has an apostrophe before it; the Parquet file has it as it is.

    Raises:
        DestinationError: the destination refused.
    """
    with open_store(rollups_url(destination)) as store:
        publications = [
            store.stage(f"{name}.{suffix}", partial(write, table))
            for name, table in tables.items()
            for suffix, write in (("parquet", _write_parquet), ("csv", _write_csv))
        ]
        for publish in publications:
            publish()


def _write_parquet(table: pa.Table, sink: IO[bytes]) -> None:
    pq.write_table(table, sink, store_schema=False, **_PARQUET)


def _write_csv(table: pa.Table, sink: IO[bytes]) -> None:
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            spelled = pc.strftime(table.column(at), format=_CSV_DATE)
            table = table.set_column(at, pa.field(field.name, pa.string()), spelled)
        elif field.name in _FROM_PEOPLE:
            harmless = [_harmless(value) for value in table.column(at).to_pylist()]
            table = table.set_column(at, field, pa.array(harmless, pa.string()))
    pa_csv.write_csv(table, sink)


def _harmless(value: str | None) -> str | None:
    return f"'{value}" if value and _FORMULA.match(value) else value
