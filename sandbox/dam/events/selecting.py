"""The criteria language over columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sandbox.dam.criteria import And, Equals, HasAny, MatchAll, Not, Or, Range
from sandbox.dam.moments import parse_us
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sandbox.dam.criteria import Criterion, FieldRef
    from sandbox.dam.events.columns import Events
    from sandbox.dam.variant import End

    #: Places of events, rising; a range when they are neighbours, which saves a million numbers.
    Places = range | NDArray[np.int64]
    #: Which of the events between two places; None is all of them.
    Mask = NDArray[np.bool_] | None

DATE = "DATE"
#: Criterion fields and columns.
FIELDS = {
    "ASSET_ID": "asset",
    "USER_ID": "user",
    "USER_TYPE": "user_type",
    "PORTAL_ID": "portal",
    "DOWNLOAD_TYPE": "download_type",
}


@dataclass(frozen=True)
class Selector:
    """Finds events.

    Args:
        events: all there are.
        range_start, range_end: to which side the ends of a range belong.
    """

    events: Events
    range_start: End
    range_end: End

    def places(self, criterion: Criterion) -> Places:
        """Where the events are that meet it.

        Raises:
            RefusedError: 400, a field or a kind of comparison that events do not have.
        """
        first, last = self._span(criterion)
        mask = self._mask(criterion, first, last)
        return range(first, last) if mask is None else first + np.flatnonzero(mask)

    def _span(self, criterion: Criterion) -> tuple[int, int]:
        """Places outside of which there surely is none: `[first, last)`."""
        spans = [(0, len(self.events))]
        if isinstance(criterion, And):
            spans += [self._span(part) for part in criterion.criteria]
        elif isinstance(criterion, Equals | Range) and criterion.field == DATE:
            spans.append(self._dated(criterion))
        first = max(one for one, _ in spans)
        return first, max(first, min(one for _, one in spans))

    def _dated(self, criterion: Equals | Range) -> tuple[int, int]:
        if isinstance(criterion, Equals):
            moment = parse_us(criterion.value)
            return self._at_least(moment, inclusive=True), self._at_most(moment, inclusive=True)
        since, until = criterion.since, criterion.until
        first = 0 if since is None else self._at_least(parse_us(since), inclusive=self.range_start == "inclusive")
        whole = len(self.events)
        last = whole if until is None else self._at_most(parse_us(until), inclusive=self.range_end == "inclusive")
        return first, last

    def _at_least(self, moment_us: int, *, inclusive: bool) -> int:
        """The first place that is not before a time, or is after it. A time may be finer than those of events."""
        first_ms = -(-moment_us // 1000) if inclusive else moment_us // 1000 + 1
        return int(np.searchsorted(self.events.times, first_ms, side="left"))

    def _at_most(self, moment_us: int, *, inclusive: bool) -> int:
        """The place behind the last event that is not after a time, or is before it."""
        last_ms = moment_us // 1000 if inclusive else -(-moment_us // 1000) - 1
        return int(np.searchsorted(self.events.times, last_ms, side="right"))

    def _mask(self, criterion: Criterion, first: int, last: int) -> Mask:
        match criterion:
            case MatchAll():
                return None
            case And(criteria=parts):
                masks = [mask for part in parts if (mask := self._mask(part, first, last)) is not None]
                return np.logical_and.reduce(masks) if masks else None
            case Or(criteria=parts):
                return _any([self._mask(part, first, last) for part in parts], last - first)
            case Not(criterion=part):
                mask = self._mask(part, first, last)
                return np.zeros(last - first, bool) if mask is None else ~mask
        return self._leaf(criterion, first, last)

    def _leaf(self, criterion: Criterion, first: int, last: int) -> Mask:
        match criterion:
            case Equals() | Range() if criterion.field == DATE:
                return self._dated_mask(criterion, first, last)
            case Equals(field=field, value=value):
                return self._has(field, [value], first, last)
            case HasAny(field=field, values=values) if field != DATE:
                return self._has(field, values, first, last)
        raise RefusedError(400, f"Failed to read request: {criterion.type} of {criterion.field!r} is not for events.")

    def _dated_mask(self, criterion: Equals | Range, first: int, last: int) -> Mask:
        since, until = self._dated(criterion)
        if since <= first and until >= last:
            return None
        mask = np.zeros(last - first, bool)
        mask[max(0, since - first) : max(0, until - first)] = True
        return mask

    def _has(self, field: FieldRef, values: list[str], first: int, last: int) -> Mask:
        column = FIELDS.get(field) if isinstance(field, str) else None
        if column is None:
            known = ", ".join([*FIELDS, DATE])
            raise RefusedError(400, f"Failed to read request: {field!r} is none of {known}.")
        words = self.events.words[column]
        is_wanted = np.zeros(len(words.values) + 1, bool)  # the last is for NOBODY, which is no value
        is_wanted[[code for value in values if (code := words.find(value)) is not None]] = True
        return is_wanted[self.events.column(column)[first:last]]


def _any(masks: list[Mask], size: int) -> Mask:
    """Those that are in one of the masks; none of them is nothing."""
    if any(mask is None for mask in masks):
        return None
    return np.logical_or.reduce([np.zeros(size, bool), *masks])
