"""Manifests of any bytes: each row is an original or a refusal with its number, or the whole is refused in words; nothing is dropped."""

import csv
import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashmedia.errors import SourceError
from dashmedia.refusals import Refusal, Rule
from dashmedia.sources import open_source
from dashmedia.sources.manifest import count_rows

CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
COLUMN_NAMES = st.sampled_from(
    ["uri", "caption", "tags", "captured_at", "rights_expire_at", "filename", "creator", "other", "URI", ""]
)
PIECES = st.sampled_from(
    [b"uri", b"caption", b",", b";", b"\t", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"a.jpg", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\xc3\xa9",
     b"2031-02-17", b"{", b"}", b"[", b"]", b":", b'{"uri": "a.jpg"}', b'{"uri": 5}', b"null", b"\\", b"\\ud800", b"1e999", b"NaN", b" ", b"../x", b"https://"]
)  # fmt: skip
BYTES = st.lists(PIECES, max_size=30).map(b"".join) | st.binary(max_size=60)
#: JSON of one line: what it holds does not matter to the reader, only to the row.
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | CELLS
    | st.lists(CELLS, max_size=2)
    | st.dictionaries(CELLS, CELLS, max_size=2)
)

MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def read(content, suffix):
    """What each row became, or the error of the whole; anything else comes out."""
    with tempfile.TemporaryDirectory(prefix="manifest-") as folder:
        path = Path(folder) / f"manifest{suffix}"
        path.write_bytes(content)
        found, problem = [], None
        try:
            found.extend(open_source(str(path)))
        except SourceError as error:
            problem = error
        try:
            assert count_rows(str(path)) >= len(found)
        except SourceError as error:
            problem = problem or error
        assert len(str(problem)) < 1_000
        return found, problem


def numbers_of(found):
    return [one.row for one in found]


@MANY
@given(BYTES, st.sampled_from([".csv", ".jsonl", ".parquet"]))
@example(b"uri\ra.jpg\rb.jpg\r", ".csv")
@example(b"uri,caption\rx\na.jpg,b\n", ".csv")
@example(b'"uri\na.jpg\n', ".csv")
@example(b"uri\n\0\n", ".csv")
@example(b"PAR1PAR1", ".parquet")
@example(b"PAR1" + b"\0" * 40 + b"PAR1", ".parquet")
@example(b'{"uri": "a\\ud800.jpg", "caption": "\\u0000"}\n', ".jsonl")
@example(b'{"uri": ' + b"[" * 100_000 + b"\n", ".jsonl")
@example(b'{"uri": ' + b"7" * 5_000 + b"}\n", ".jsonl")
def test_any_bytes_are_rows_or_refused_in_words(content, suffix):
    found, error = read(content, suffix)

    assert found or error
    rows = numbers_of(found)
    assert rows == sorted(set(rows))
    for one in found:
        assert not isinstance(one, Refusal) or (one.sentence.encode() and f"row {one.row}" in one.sentence)


@MANY
@given(
    st.lists(st.tuples(CELLS.filter(str.strip), CELLS), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_row_of_a_csv_comes_out_once_whatever_its_cells_hold(rows, delimiter, end):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("uri", "caption"), *rows])

    found, error = read(out.getvalue().encode(), ".csv")

    assert error is None
    assert numbers_of(found) == list(range(2, len(rows) + 2))
    for one, (uri, caption) in zip(found, rows, strict=True):
        if not isinstance(one, Refusal):
            assert (one.uri, one.caption or "") == (uri.strip(), caption.strip())


@MANY
@given(st.lists(VALUES | st.dictionaries(COLUMN_NAMES, VALUES, max_size=4), max_size=8))
def test_every_line_of_json_comes_out_once_with_its_number(values):
    lines = ['{"uri": "first.jpg"}', *map(json.dumps, values)]

    found, error = read("\n".join(lines).encode(), ".jsonl")

    assert error is None
    assert numbers_of(found) == list(range(1, len(lines) + 1))
    bad = [one for one, value in zip(found[1:], values, strict=True) if not isinstance(value, dict)]
    assert all(isinstance(one, Refusal) and one.rule is Rule.BAD_ROW for one in bad)


@MANY
@given(
    st.lists(CELLS, min_size=1, max_size=6),
    st.sampled_from([pa.string(), pa.binary(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.date64(), pa.timestamp("ns"), pa.timestamp("us", "UTC"),
                     pa.timestamp("s", "Europe/Berlin"), pa.timestamp("us", "No/Where"), pa.time64("us"), pa.duration("s"), pa.decimal128(5, 2), pa.list_(pa.string())]),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(["captured_at", "caption", "tags", "rights_expire_at", "filename"]),
)  # fmt: skip
def test_every_row_of_parquet_comes_out_once_whatever_type_its_columns_have(uris, kind, number, column):
    table = pa.table({"uri": pa.array(uris, pa.string()), column: _filled(kind, number, len(uris))})
    out = io.BytesIO()
    try:
        pq.write_table(table, out)
    except pa.ArrowException:
        return

    found, error = read(out.getvalue(), ".parquet")

    assert error is not None or numbers_of(found) == list(range(1, len(uris) + 1))
    assert error is None or f"after row {len(found)}" in str(error)


def _filled(kind, number, rows):
    """A column of that type with one value of its bits, else of nulls."""
    for value in (number, number % 2**31, str(number), float(number), [str(number)], True):
        try:
            if isinstance(value, int) and (pa.types.is_temporal(kind)):
                width = pa.int32() if kind == pa.date32() else pa.int64()
                return pa.array([value] * rows, width).view(kind)
            return pa.array([value] * rows, kind)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            continue
    return pa.nulls(rows, kind)
