"""Download events and their aggregations, read from an answer. There may be a million of them."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.envelope import rows_of
from dashmedia.dam.models import EventAnswer, as_utc
from dashmedia.errors import ContractError, clip
from dashmedia.exports.search import DownloadEvent
from dashmedia.members import as_count, as_object, describe
from dashmedia.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A number above this, where a time is expected, is milliseconds since 1970 (as search engines write bucket keys).
_LEAST_EPOCH_MS = 10**11

#: Where the facts of an event stand as a rule, in the order of `DownloadEvent`; and where else they may.
_FIRST_FACTS = itemgetter(
    wire.EVENT_ID[0],
    wire.ASSET_REFERENCE[0],
    wire.FILE_REFERENCE[0],
    wire.USER_REFERENCE[0],
    wire.USER_TYPE,
    wire.PORTAL_REFERENCE[0],
    wire.DOWNLOAD_TYPE,
    wire.EVENT_DATE[0],
)
_NAMES = (wire.EVENT_ID, wire.EVENT_DATE, *wire.REFERENCES)
_OTHER_NAMES = frozenset(name for names in _NAMES for name in names[1:])
_PLAIN = frozenset({str, type(None)})

#: Characters of a day alone; an event's time needs more.
_DAY_CHARACTERS = len("2026-11-20")


def read_events(answer: Any, aggregations: Iterable[str] = ()) -> EventAnswer:
    """A page of download events with the aggregations of these names.

    Raises:
        ContractError: an event has no id or no time, or an aggregation cannot be read.
    """
    rows, total = rows_of(wire.EVENT_SEARCH, answer)
    events = _plain_events(rows) or [_event(row, at) for at, row in enumerate(rows)]
    told = as_object(answer.get(wire.AGGREGATIONS))
    return EventAnswer(total, events, {name: _buckets(name, told.get(name), total) for name in aggregations})


def read_bucket_start(text: str) -> datetime:
    """The first instant of a histogram's bucket, UTC: a time, a day, a month, or milliseconds since 1970.

    Raises:
        ContractError: it is none of them.
    """
    try:
        if text.isdigit() and int(text) > _LEAST_EPOCH_MS:
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        month_only = len(text) == len("2026-11") and text[4] == "-"
        return as_utc(datetime.fromisoformat(f"{text}-01" if month_only else text))
    except (ValueError, OverflowError, OSError):
        # Not with its cause, which quotes all of the text.
        raise ContractError(
            wire.EVENT_SEARCH, f"{wire.AGGREGATIONS} date", _quoted(text), "a time in ISO 8601"
        ) from None


def _quoted(text: str) -> str:
    return repr(clip(redact(text), 40))


def _plain_events(rows: list[Any]) -> list[DownloadEvent] | None:
    """The events when every fact of every row stands under its first name as text or null, which is a third of the work.

    None when one of them does not: then each is looked at by itself.
    """
    try:
        records = [row.get(wire.RESULT, row) for row in rows]
        *words, texts = zip(*map(_FIRST_FACTS, records), strict=True)
        times = [datetime.fromisoformat(text) for text in texts]
        is_plain = all(_OTHER_NAMES.isdisjoint(record) for record in records)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    kinds = [set(map(type, column)) for column in words]
    is_plain &= kinds[0] == {str} and all(_PLAIN.issuperset(kind) for kind in kinds)
    is_plain &= not any("" in column for column in words) and min(map(len, texts)) > _DAY_CHARACTERS
    return list(map(DownloadEvent, *words, times)) if is_plain and {at.tzinfo for at in times} == {UTC} else None


def _event(row: Any, at: int) -> DownloadEvent:
    record = row.get(wire.RESULT, row) if isinstance(row, dict) else row
    if not isinstance(record, dict):
        raise _bad(at, wire.EVENT_ID[0], describe(record), "an event as an object")
    return DownloadEvent(
        _required(record, wire.EVENT_ID, at),
        _reference(record, wire.ASSET_REFERENCE, at),
        _reference(record, wire.FILE_REFERENCE, at),
        _reference(record, wire.USER_REFERENCE, at),
        _word(record.get(wire.USER_TYPE), wire.USER_TYPE, at),
        _reference(record, wire.PORTAL_REFERENCE, at),
        _word(record.get(wire.DOWNLOAD_TYPE), wire.DOWNLOAD_TYPE, at),
        _time(_required(record, wire.EVENT_DATE, at), at),
    )


def _required(record: dict[str, Any], names: tuple[str, ...], at: int) -> str:
    for name in names:
        found = record.get(name)
        if isinstance(found, str) and found:
            return found
    raise _bad(at, names[0], describe(record), f"text as one of {', '.join(names)}")


def _time(text: str, at: int) -> datetime:
    try:
        if len(text) > _DAY_CHARACTERS:
            found = datetime.fromisoformat(text)
            return found if found.tzinfo is UTC else as_utc(found)
    except ValueError:
        pass
    raise _bad(at, wire.EVENT_DATE[0], _quoted(text), "a time of day with its date, in ISO 8601")


def _reference(record: dict[str, Any], names: tuple[str, ...], at: int) -> str | None:
    """An id that stands alone or in an object; None where there is none."""
    for name in names:
        found = record.get(name)
        if isinstance(found, dict):
            found = found.get("id", found)
        if found:
            return _word(found, name, at)
    return None


def _word(found: Any, name: str, at: int) -> str | None:
    if found is None or isinstance(found, str):
        return found or None
    raise _bad(at, name, describe(found), "text or nothing")


def _buckets(name: str, value: Any, total: int) -> dict[str, int]:
    """Counts by value, from any of the three shapes; a bucket of what has no value is left out."""
    if value is None and total == 0:
        return {}
    inner = value.get(wire.BUCKETS) if isinstance(value, dict) else None
    buckets = inner if isinstance(inner, list | dict) else value
    if not isinstance(buckets, list | dict):
        raise _bad_buckets(name, value)
    pairs = buckets.items() if isinstance(buckets, dict) else map(_pair, buckets)
    found: dict[str, int] = {}
    for key, told in pairs:
        count = as_count(told)
        if count is None or str(key) in found:
            raise _bad_buckets(name, value)
        if key is not None and key != "":
            found[str(key)] = count
    return found


def _pair(bucket: Any) -> tuple[Any, Any]:
    record = as_object(bucket)
    key = next((record[name] for name in wire.BUCKET_VALUE if name in record), None)
    count = next((record[name] for name in wire.BUCKET_COUNT if name in record), None)
    return key, count


def _bad(at: int, member: str, seen: str, expected: str) -> ContractError:
    return ContractError(wire.EVENT_SEARCH, f"{wire.RESULTS}[{at}].{member}", seen, expected)


def _bad_buckets(name: str, value: Any) -> ContractError:
    expected = "buckets of value and count, each value once, as a list or as an object"
    return ContractError(wire.EVENT_SEARCH, f"{wire.AGGREGATIONS}.{name}", describe(value), expected)
