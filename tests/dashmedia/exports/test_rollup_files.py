from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashmedia.errors import DestinationError
from dashmedia.exports.grouping import MEASURES
from dashmedia.exports.rollup_files import write_tables

AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)


def table_of(**columns):
    keys = [pa.field(name, pa.date32() if isinstance(value, date) else pa.string()) for name, value in columns.items()]
    rows = [columns | {"downloads": 3, "first_downloaded_at": AT, "last_downloaded_at": None}]
    return pa.Table.from_pylist(rows, pa.schema([*keys, *MEASURES]))


@pytest.fixture
def rows(tmp_path):
    def read(name):
        with (tmp_path / "rollups" / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    return read


def test_csv_has_days_and_utc_times_as_iso_and_nothing_for_what_is_absent(tmp_path, rows):
    write_tables(str(tmp_path), {"by_day": table_of(day=date(2026, 11, 20))})

    assert rows("by_day") == [
        {
            "day": "2026-11-20",
            "downloads": "3",
            "first_downloaded_at": "2026-11-20T07:30:00.000000Z",
            "last_downloaded_at": "",
        }
    ]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_that_a_spreadsheet_would_run_is_made_harmless_in_csv_only(tmp_path, rows, name):
    write_tables(str(tmp_path), {"by_asset": table_of(asset_id="-id", file_name=name)})

    assert (rows("by_asset")[0]["file_name"], rows("by_asset")[0]["asset_id"]) == (f"'{name}", "-id")
    assert pq.read_table(tmp_path / "rollups" / "by_asset.parquet")["file_name"].to_pylist() == [name]


def test_parquet_keeps_the_schema(tmp_path):
    table = table_of(day=date(2026, 11, 20))

    write_tables(str(tmp_path), {"by_day": table})

    assert pq.read_schema(tmp_path / "rollups" / "by_day.parquet").types == table.schema.types


def test_a_bucket_takes_them_as_well(tmp_path):
    write_tables(f"memory://{tmp_path.name}", {"by_asset": table_of(asset_id="a")})

    with fsspec.open(f"memory://{tmp_path.name}/rollups/by_asset.parquet") as file:
        assert pq.read_table(file).num_rows == 1


def test_a_destination_that_refuses_is_named(tmp_path):
    (tmp_path / "rollups").write_text("")

    with pytest.raises(DestinationError, match="rollups could not be written"):
        write_tables(str(tmp_path), {"by_asset": table_of(asset_id="a")})
