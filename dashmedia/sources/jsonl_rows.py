"""Rows of a JSON-lines manifest.

Read line by line with the standard library: pandas' reader cannot say which line is broken, and turns 12 into 12.0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.errors import SourceError
from dashmedia.sources.lines import Utf8Lines
from dashmedia.sources.rows import Row, clean_columns, require_columns

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_jsonl_rows(stream: BinaryIO, manifest: str) -> Iterator[Row]:
    """One row for each line that is not blank, numbered by line.

    Raises:
        SourceError: no rows, the first object has no `uri`, or not UTF-8.
    """
    lines = Utf8Lines(stream, manifest)
    known, nothing = False, True
    while line := lines.readline():
        if not line.strip():
            continue
        nothing = False
        row = _parse(lines.number, line)
        if not known and not row.problem:
            require_columns(manifest, list(row.cells))
            known = True
        yield row
    if nothing:
        raise SourceError(f"{manifest} has no rows. Write one JSON object on each line.")


def _parse(number: int, line: str) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, problem=f"the line is not JSON: {error}")
    if not isinstance(value, dict):
        return Row(number, problem=f"the line holds a {type(value).__name__}, expected an object")
    return Row(number, dict(zip(clean_columns(value), value.values(), strict=True)))
