"""The proof behind docs/decisions/0005-manifests.md: what pandas' CSV reader makes of manifests, and what ours does.

When one of the first three fails, pandas has changed; read the decision again.
"""

import io
import itertools

import pandas as pd
import pytest

from dashmedia.sources.csv_rows import read_csv_rows

OPEN_QUOTE = 'uri,caption\na.jpg,x\nb.jpg,"y\nc.jpg,z\nd.jpg,z\n'
TEXT_BEHIND_A_QUOTE = 'uri,caption\na.jpg,x\nb.jpg,"y" z\nc.jpg,z\n'
STRAY_RETURN = "uri,caption\na.jpg,x\ry\nb.jpg,y\nc.jpg,z\n"
TOO_LONG = "uri,caption\na.jpg,x\nb.jpg,y,z\nc.jpg,z\n"
TOO_SHORT = "uri,caption,creator\na.jpg,x,y\nb.jpg\nc.jpg,z,z\n"
FIRST_TOO_LONG = "uri,caption\nb.jpg,y,z\nc.jpg,z\n"


def by_pandas(text, **options):
    """Addresses, read in the strictest way there is apart from `options`."""
    chunks = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, chunksize=2, **options)
    return list(itertools.chain.from_iterable(chunk["uri"] for chunk in chunks))


@pytest.mark.parametrize("text", [OPEN_QUOTE, TEXT_BEHIND_A_QUOTE, STRAY_RETURN])
def test_a_reader_of_pandas_that_goes_on_loses_rows_without_telling_the_handler_for_bad_lines(text):
    told = []

    read = by_pandas(text, engine="python", on_bad_lines=told.append)

    assert len(read) < text.count("jpg")
    assert told == []


@pytest.mark.parametrize("text", [OPEN_QUOTE, TOO_LONG])
@pytest.mark.parametrize("engine", ["c", "python"])
def test_a_reader_of_pandas_that_does_not_go_on_ends_at_one_bad_row(text, engine):
    with pytest.raises(pd.errors.ParserError):
        by_pandas(text, engine=engine, on_bad_lines="error")


@pytest.mark.parametrize(
    ("text", "engine", "read"),
    [
        (TOO_SHORT, "c", ["a.jpg", "b.jpg", "c.jpg"]),
        (TOO_SHORT, "python", ["a.jpg", "b.jpg", "c.jpg"]),
        (FIRST_TOO_LONG, "c", ["y", "z"]),  # the first column became the index, and captions became addresses
        (FIRST_TOO_LONG, "python", ["y", "z"]),
        (TEXT_BEHIND_A_QUOTE, "c", ["a.jpg", "b.jpg", "c.jpg"]),
    ],
)
def test_the_strictest_reader_of_pandas_takes_rows_that_are_wrong(text, engine, read):
    assert by_pandas(text, engine=engine, on_bad_lines="error") == read


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (TEXT_BEHIND_A_QUOTE, ["a.jpg", "c.jpg"], [3]),
        (STRAY_RETURN, ["b.jpg", "c.jpg"], [2]),
        (TOO_LONG, ["a.jpg", "c.jpg"], [3]),
        (TOO_SHORT, ["a.jpg", "c.jpg"], [3]),
        (FIRST_TOO_LONG, ["c.jpg"], [2]),
    ],
)
def test_our_reader_names_the_row_that_is_wrong_and_goes_on(text, good, bad):
    rows = list(read_csv_rows(io.BytesIO(text.encode()), "manifest.csv"))

    assert [row.cells["uri"] for row in rows if not row.problem] == good
    assert [row.number for row in rows if row.problem] == bad
