"""Times: whole milliseconds since 1970 UTC inside, ISO 8601 with `Z` outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sandbox.dam.refusal import RefusedError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 24 * 3600 * 1000


def to_ms(moment: datetime) -> int:
    """Milliseconds of an aware time; what is finer is cut off."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def day_ms(day: date) -> int:
    """The first millisecond of a day of UTC."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))


def iso(ms: int) -> str:
    """As the DAM writes times: UTC with milliseconds."""
    return f"{EPOCH + timedelta(milliseconds=ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def parse_us(text: str) -> int:
    """Microseconds since 1970 of an ISO time; without a zone it is UTC.

    Raises:
        RefusedError: 400, it is no such time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(400, f"Failed to read request: {text!r} is not an ISO 8601 time.") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)
