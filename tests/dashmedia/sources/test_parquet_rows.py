from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashmedia.errors import SourceError
from dashmedia.refusals import Rule
from dashmedia.sources.parquet_rows import count_parquet_rows, read_parquet_rows


@pytest.fixture
def parquet(manifest):
    def read(frame: pd.DataFrame):
        target = io.BytesIO()
        frame.to_parquet(target)
        return manifest(target.getvalue(), "manifest.parquet")

    return read


def test_typed_columns_keep_their_meaning(parquet):
    first, second = parquet(
        pd.DataFrame(
            {
                "URI": ["a.jpg", "b.jpg"],
                "captured_at": pd.to_datetime(["2026-03-01T08:00:00", None]),
                "rights_expire_at": [date(2026, 6, 30), None],
                "caption": ["NA", None],
                "campaign": [1.5, float("nan")],
                "tags": [["x", "y"], None],
                "unread": [b"1", b"2"],
            }
        )
    )

    assert (first.uri, first.row, first.caption, first.tags, first.campaign) == ("a.jpg", 1, "NA", ("x", "y"), "1.5")
    assert first.captured_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert first.rights_expire_at.date() == date(2026, 6, 30)
    assert (second.captured_at, second.rights_expire_at, second.caption, second.tags) == (None, None, None, ())
    assert second.campaign is None


def test_a_missing_uri_is_refused_by_row(parquet):
    _, bad = parquet(pd.DataFrame({"uri": ["a.jpg", None]}))

    assert (bad.row, bad.rule) == (2, Rule.BAD_ROW)


def test_no_rows_is_an_error(parquet):
    with pytest.raises(SourceError, match="has no rows"):
        parquet(pd.DataFrame({"uri": pd.Series([], dtype="string")}))


def test_a_missing_column_is_an_error(parquet):
    with pytest.raises(SourceError, match="no column uri"):
        parquet(pd.DataFrame({"path": ["a.jpg"]}))


def test_what_is_not_parquet_is_an_error(manifest):
    with pytest.raises(SourceError, match="cannot be read as Parquet after row 0"):
        manifest("uri\na.jpg\n", "manifest.parquet")


class Recording(io.BytesIO):
    """Bytes that remember the largest piece anybody asked for."""

    largest = 0

    def read(self, size=-1, /):
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data


def test_a_row_group_of_any_size_is_read_in_pieces():
    captions = [f"{number:0200d}" for number in range(30_000)]
    written = io.BytesIO()
    pd.DataFrame({"uri": "a.jpg", "caption": captions}).to_parquet(written, compression=None, row_group_size=30_000)
    stream = Recording(written.getvalue())

    rows = [row.cells["caption"] for row in read_parquet_rows(stream, "manifest.parquet")]

    assert rows == captions
    assert len(written.getvalue()) > 6_000_000
    assert stream.largest < 2_000_000


def test_a_value_that_python_does_not_have_is_refused_with_its_row_and_column_and_the_others_are_read(manifest):
    written = io.BytesIO()
    late = pa.array([0, 2**60, 1], pa.int64()).view(pa.timestamp("us"))
    pq.write_table(pa.table({"uri": ["a.jpg", "b.jpg", "c.jpg"], "captured_at": late}), written)

    first, second, third = manifest(written.getvalue(), "manifest.parquet")

    assert (first.uri, third.uri) == ("a.jpg", "c.jpg")
    assert (second.row, second.rule) == (2, Rule.BAD_ROW)
    assert "column captured_at: its value cannot be read" in second.seen


def test_bytes_that_are_no_parquet_cannot_be_counted_in_words():
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        count_parquet_rows(io.BytesIO(b"PAR1PAR1"))
