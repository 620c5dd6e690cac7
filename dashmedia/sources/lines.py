"""The lines of a UTF-8 file, one at a time, each bad byte named with its line and column."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import TYPE_CHECKING, BinaryIO

from dashmedia.errors import SourceError
from dashmedia.limits import MANIFEST_LINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence


class Utf8Lines(io.TextIOBase):
    """Decodes `stream` line by line, skipping a byte-order mark. Never holds more than one line.

    Attributes:
        name: of the manifest, as it may be shown.
        number: line last read, from 1.
        columns: names to mention when a byte is bad; set by the reader once it knows the header.
        delimiter: what separates them.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self.name = name
        self.number = 0
        self.columns: Sequence[str] = ()
        self.delimiter = ","

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]  # csv wants whole lines
        """The next line with its end, or an empty text after the last.

        Raises:
            SourceError: it is not UTF-8, or longer than `MANIFEST_LINE_BYTES`.
        """
        line = self._stream.readline(MANIFEST_LINE_BYTES + 1)
        self.number += bool(line)
        if self.number == 1:
            line = self._without_mark(line)
        if len(line) > MANIFEST_LINE_BYTES:
            raise SourceError(
                f"Line {self.number} of {self.name} is longer than {MANIFEST_LINE_BYTES:,} bytes, so this is no manifest. "
                "Check that the file is what its name says."
            )
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise self._bad_byte(line, error.start) from error

    def _without_mark(self, line: bytes) -> bytes:
        if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            raise SourceError(
                f"{self.name} is UTF-16 (line 1, column 1 begins with bytes {line[:2].hex(' ').upper()}), expected UTF-8. "
                "Save it again as CSV UTF-8."
            )
        return line.removeprefix(BOM_UTF8)

    def _bad_byte(self, line: bytes, at: int) -> SourceError:
        column = self._column_of(line[:at].decode())
        return SourceError(
            f"{self.name} is not UTF-8: line {self.number}, column {column}, holds byte 0x{line[at]:02X} "
            f"after {line[:at].decode()[-20:]!r}. Save it again as CSV UTF-8; a table program's plain CSV is often Windows-1252."
        )

    def _column_of(self, before: str) -> str:
        """The column's name, or its number, counted in the part of the line that can be read."""
        try:
            cells = next(csv.reader([before], delimiter=self.delimiter), [])
        except csv.Error:
            cells = []
        number = max(len(cells), 1)
        return self.columns[number - 1] if number <= len(self.columns) else str(number)
