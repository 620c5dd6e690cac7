"""Rows of a CSV manifest, one at a time.

Read with the standard library: pandas' reader, when it may go on after a ragged row, takes a quote that is never closed
for the end of the file and drops the rows behind it without a word; and it is ten times slower.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.errors import SourceError, clip
from dashmedia.limits import MANIFEST_LINE_BYTES
from dashmedia.sources.lines import Utf8Lines
from dashmedia.sources.rows import Row, clean_columns, require_columns

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_csv_rows(stream: BinaryIO, manifest: str) -> Iterator[Row]:
    """Data rows from 2 on; empty rows are counted and skipped. `,`, `;` and tab are understood as delimiters.

    Raises:
        SourceError: no rows, no `uri` column, not UTF-8, or a quote that swallows lines.
    """
    # The csv module ends at cells over 128 KiB; they are refused one row at a time, by our own limit.
    csv.field_size_limit(max(csv.field_size_limit(), MANIFEST_LINE_BYTES))
    lines = Utf8Lines(stream, manifest)
    columns = _read_header(lines, manifest)
    # Strict, because otherwise a quote that is never closed hides all rows behind it.
    reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
    number = 1
    while (cells := _read_cells(reader, lines, number + 1)) is not None:
        number += 1
        if isinstance(cells, str):
            yield Row(number, problem=cells)
        elif cells:
            yield _row(number, cells, columns)
    if number == 1:
        raise SourceError(f"{manifest} has a header and no rows. Add a row for each original.")


def _read_header(lines: Utf8Lines, manifest: str) -> list[str]:
    first = lines.readline()
    lines.delimiter = max(",;\t", key=first.count)
    try:
        columns = clean_columns(next(csv.reader([first], delimiter=lines.delimiter), []))
    except csv.Error as error:
        raise SourceError(
            f"Row 1 of {manifest} cannot be read as column names: {clip(str(error))}. It holds a carriage return without "
            "a new line, as old table programs end lines; save it again as CSV UTF-8."
        ) from error
    require_columns(manifest, columns)
    lines.columns = columns
    return columns


def _read_cells(reader: Iterator[list[str]], lines: Utf8Lines, number: int) -> list[str] | str | None:
    """The cells of the next row, or what is wrong with it, or None at the end."""
    before = lines.number
    try:
        return next(reader, None)
    except csv.Error as error:
        if lines.number > before + 1:
            raise SourceError(
                f"{lines.name} cannot be read from row {number} on (line {before + 1}): {clip(str(error))}. "
                "Look there for a quote that is opened and not closed."
            ) from error
        if "new-line" in str(error):
            return "it has a carriage return in a cell without quotes"
        return f"its quotes do not match: {error}"


def _row(number: int, cells: list[str], columns: list[str]) -> Row:
    named = dict(zip(columns, cells, strict=False))
    beyond = [cell for cell in cells[len(columns) :] if cell]
    if beyond:
        return Row(
            number, named, f"it has cells beyond the {len(columns)} columns of the header: {clip(beyond[0], 40)!r}"
        )
    if len(cells) < len(columns):
        return Row(number, named, f"it has {len(cells)} of the {len(columns)} cells that the header names")
    return Row(number, named)
