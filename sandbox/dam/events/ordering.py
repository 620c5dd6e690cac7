"""Which rows a page holds: the order that was asked for, and the ways it is not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sandbox.dam.events.columns import mixed
from sandbox.dam.events.selecting import DATE
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sandbox.dam.bodies import Sort
    from sandbox.dam.events.columns import Events
    from sandbox.dam.events.selecting import Places
    from sandbox.dam.variant import Variant


class Ordering:
    """Pages of selected events.

    Args:
        events: all there are.
        places: of those selected.
        sorts: as asked for; without any, rows come in an order that only looks drawn.
        how: what the variant makes of it.
        draw: for what comes out another way each time.
    """

    def __init__(
        self, events: Events, places: Places, sorts: Sequence[Sort], how: Variant, draw: np.random.Generator
    ) -> None:
        if any(sort.field != DATE for sort in sorts):
            raise RefusedError(400, f"Failed to read request: events can be sorted by {DATE} only.")
        self.events = events
        self.places = places
        self.how = how.event_order if sorts else "ignored"
        self.is_falling = bool(sorts) and sorts[0].order == "DESC"
        self._draw = draw

    def page(self, start: int, size: int) -> NDArray[np.int64]:
        """Places of the rows from `start`, `size` of them if there are."""
        end = min(start + size, len(self.places))
        start = min(start, end)
        if self.how == "ignored":
            places = _array(self.places)
            return places[np.argsort(mixed(self.events.numbers[places], 0))][start:end]
        first, last = (len(self.places) - end, len(self.places) - start) if self.is_falling else (start, end)
        rows = self._with_other_ties(first, last) if self.how == "unstable_ties" else _array(self.places[first:last])
        if self.is_falling:
            rows = rows[::-1]
        return self._draw.permutation(rows) if self.how == "shuffled" else rows

    def _with_other_ties(self, first: int, last: int) -> NDArray[np.int64]:
        """The rows between two positions, after all events of one time around them were shuffled."""
        if first == last:
            return np.empty(0, np.int64)
        times = self.events.times[picked(self.places)]
        begin = int(np.searchsorted(times, times[first], side="left"))
        end = int(np.searchsorted(times, times[last - 1], side="right"))
        order = np.lexsort((self._draw.random(end - begin), times[begin:end]))
        return _array(self.places[begin:end])[order][first - begin : last - begin]


def picked(places: Places) -> slice | NDArray[np.int64]:
    """What picks them out of a column, neighbours without a copy."""
    return slice(places.start, places.stop) if isinstance(places, range) else places


def _array(places: Places) -> NDArray[np.int64]:
    return np.arange(places.start, places.stop) if isinstance(places, range) else places
