"""How long a service asks us to wait, read from the headers of its answer."""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A reset further away than this, in seconds, is taken for another unit (milliseconds) or a wrong clock, and ignored.
LONGEST_BELIEVED_RESET_S = 3600.0


def wait_asked(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the service wants us to wait before more requests; None when it does not say so in a way that makes sense.

    `Retry-After` comes before `x-ratelimit-reset` (Unix seconds). For an answer that is about the rate: on others the reset
    only tells when the window ends, which is no reason to wait.

    Args:
        headers: of the answer, names in lower case or case-insensitive.
        now: seconds since 1970 here; the `date` header, when there is one, is believed instead.
    """
    seconds = retry_after(headers, now)
    return seconds_until_reset(headers, now) if seconds is None else seconds


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds in `Retry-After`, a number or an HTTP date; None when it is missing or makes no sense."""
    said = headers.get("retry-after", "").strip()
    seconds = as_number(said)
    if seconds is None:
        at = as_instant(said)
        seconds = None if at is None else at - server_now(headers, now)
    return None if seconds is None else max(0.0, seconds)


def seconds_until_reset(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until `x-ratelimit-reset`; None when it is missing, past, or too far away to be seconds since 1970."""
    reset = as_number(headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    seconds = reset - server_now(headers, now)
    return seconds if 0 < seconds <= LONGEST_BELIEVED_RESET_S else None


def server_now(headers: Mapping[str, str], now: float) -> float:
    """Seconds since 1970 by the server's clock, so that a wrong clock here does not matter; `now` without `date`."""
    at = as_instant(headers.get("date", ""))
    return now if at is None else at


def as_number(text: str | None) -> float | None:
    """A finite number that is not negative, or None."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def as_instant(text: str) -> float | None:
    """An HTTP date as seconds since 1970, or None; a date without a zone is UTC."""
    try:
        at = parsedate_to_datetime(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
