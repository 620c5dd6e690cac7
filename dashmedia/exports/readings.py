"""What the service turns out to do where its contract is silent: range ends, row order, ties.

An export is right whatever this holds; what was learnt only saves requests. One object may serve many exports.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from dashmedia.exports.search import Criterion
from dashmedia.exports.windows import TICK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.exports.search import Constraint, DownloadEvent
    from dashmedia.exports.windows import Window


class Reading(StrEnum):
    """Whether an event dated exactly at a bound belongs to the range."""

    UNKNOWN = "unknown"
    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Order(StrEnum):
    """Whether rows come in the order that was asked for."""

    UNKNOWN = "unknown"
    BY_DATE = "by_date"
    IGNORED = "ignored"


class Ties(StrEnum):
    """Whether rows of one instant keep their order from page to page."""

    UNKNOWN = "unknown"
    STABLE = "stable"
    SHUFFLED = "shuffled"


class ContractVariant(BaseModel):
    """What was seen of the contract during an export."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    range_start: Reading = Reading.UNKNOWN
    range_end: Reading = Reading.UNKNOWN
    order: Order = Order.UNKNOWN
    ties: Ties = Ties.UNKNOWN


class ContractSeen:
    """The variant as far as it is known; thread-safe, and it only ever learns."""

    def __init__(self, variant: ContractVariant | None = None) -> None:
        self._lock = threading.Lock()
        self.variant = variant or ContractVariant()

    def ask(self, window: Window, constraints: tuple[Constraint, ...] = ()) -> Criterion:
        """The tightest range that surely holds the window: exact where the reading is known, else a tick wider."""
        seen = self.variant
        since = window.start if seen.range_start is Reading.INCLUSIVE else window.start - TICK
        until = window.end - TICK if seen.range_end is Reading.INCLUSIVE else window.end
        return Criterion(since, until, constraints)

    def observe(self, criterion: Criterion, events: Sequence[DownloadEvent]) -> None:
        """Learn from a page: an event at a bound proves that the bound is inclusive; falling dates, that order is not kept."""
        dates = [event.downloaded_at for event in events]
        if any(earlier > later for earlier, later in pairwise(dates)):
            self.learn(order=Order.IGNORED)
        elif dates and dates[0] < dates[-1] and self.variant.order is Order.UNKNOWN:
            self.learn(order=Order.BY_DATE)
        if criterion.since in dates:
            self.learn(range_start=Reading.INCLUSIVE)
        if criterion.until in dates:
            self.learn(range_end=Reading.INCLUSIVE)

    def learn(self, **facts: StrEnum) -> None:
        """Note facts, by the names of `ContractVariant`."""
        with self._lock:
            if any(getattr(self.variant, name) is not fact for name, fact in facts.items()):
                self.variant = self.variant.model_copy(update=facts)
