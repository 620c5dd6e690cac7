"""One manifest row becomes an `Original`: texts, dates and tags parsed once, at the edge."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from dashmedia.errors import clip
from dashmedia.limits import MANIFEST_CELL_BYTES
from dashmedia.refusals import RefusedError, Rule, shown_uri
from dashmedia.sources.home import scheme_of
from dashmedia.sources.original import Original

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashmedia.sources.home import Home

#: Columns whose value is any text.
TEXTS = ("creator", "permalink", "consent_evidence", "consent_scope", "caption", "alt_text", "campaign")

#: Every column a manifest may have; `uri` is the only one it must have.
COLUMNS = ("uri", "filename", "captured_at", "rights_expire_at", "tags", *TEXTS)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def parse_row(number: int, cells: Mapping[str, Any], home: Home) -> Original:
    """The original that a row describes.

    Raises:
        RefusedError: `bad_row` names the column and what was seen; `outside_folder` the address.
    """
    uri = _text(cells, "uri")
    if uri is None:
        raise _bad("uri", "it is empty", "a path or an https:// address")
    if _CONTROL.search(uri):
        raise _bad("uri", shown_uri(uri), "one line without control characters")
    return Original(
        uri=uri,
        url=home.locate(uri),
        filename=_filename(uri, _text(cells, "filename")),
        row=number,
        captured_at=_instant(cells, "captured_at", time.min),
        rights_expire_at=_instant(cells, "rights_expire_at", time.max),
        tags=_tags(cells),
        **{column: _text(cells, column) for column in TEXTS},
    )


def readable_uri(cells: Mapping[str, Any]) -> str:
    """The row's uri for a refusal, as far as there is one."""
    value = cells.get("uri")
    return shown_uri(value.strip()) if isinstance(value, str) else ""


def _bad(column: str, seen: str, expected: str) -> RefusedError:
    return RefusedError(Rule.BAD_ROW, f"column {column}: {seen}, expected {expected}")


def _text(cells: Mapping[str, Any], column: str) -> str | None:
    """The cell without blanks around it; None when there is nothing. Numbers are written out, `NA` and `null` stay texts."""
    value = cells.get(column)
    if not isinstance(value, str):
        if value is None or value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _bad(column, f"a {type(value).__name__}", "a text")
        value = str(value)
    text = value.strip()
    _require_sound(column, text)
    return text or None


def _require_sound(column: str, text: str) -> None:
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise _bad(column, "half of a character pair", "Unicode text") from None
    if size > MANIFEST_CELL_BYTES:
        raise _bad(column, f"a cell of {size:,} bytes", f"at most {MANIFEST_CELL_BYTES:,}")


def _filename(uri: str, given: str | None) -> str:
    """The given name, or the last segment of the uri, without folders."""
    name = given or (unquote(urlsplit(uri).path) if scheme_of(uri) == "https" else uri)
    return _CONTROL.sub("", name.rstrip("/").rpartition("/")[2])


def _instant(cells: Mapping[str, Any], column: str, day_means: time) -> datetime | None:
    """A date and time in UTC. A naive one is read as UTC; a date alone means `day_means` of that day, UTC."""
    value = cells.get(column)
    if isinstance(value, date):
        return _in_utc(column, value, day_means)
    text = _text(cells, column)
    if text is None:
        return None
    try:
        return _in_utc(column, _read_date(text), day_means)
    except ValueError:
        raise _bad(column, repr(clip(text, 40)), "a date such as 2026-03-31 or 2026-03-31T18:00:00Z") from None


def _read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _in_utc(column: str, value: date, day_means: time) -> datetime | None:
    if value != value:  # noqa: PLR0124 - pandas' NaT is a date that differs from itself
        return None
    if not isinstance(value, datetime):
        return datetime.combine(value, day_means, tzinfo=UTC)
    if value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise _bad(column, value.isoformat(), "a date between the years 1 and 9999") from None


def _tags(cells: Mapping[str, Any]) -> tuple[str, ...]:
    """From a list, or from a text with `;`, `,` or `|` between tags; each once, in the order written."""
    value = cells.get("tags")
    if isinstance(value, (list, tuple)):
        words = [_text({"tags": tag}, "tags") or "" for tag in value]
        _require_sound("tags", ",".join(words))
    else:
        words = re.split(r"[;,|]", _text(cells, "tags") or "")
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
