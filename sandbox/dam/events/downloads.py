"""The download events of the account: kept as recipes, held as columns, searched."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sandbox.dam.catalogue import check_page
from sandbox.dam.events import buckets
from sandbox.dam.events.columns import Events, event_ids
from sandbox.dam.events.drawing import Cast, play
from sandbox.dam.events.ordering import Ordering
from sandbox.dam.events.recipes import RECIPES, Between, Given, Spread
from sandbox.dam.events.selecting import Selector
from sandbox.dam.events.writing import RowWriter
from sandbox.dam.moments import to_ms
from sandbox.dam.variant import Variant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sandbox.dam.bodies import EventSearch
    from sandbox.dam.criteria import Criterion
    from sandbox.dam.events.recipes import NewEvent
    from sandbox.dam.events.selecting import Places
    from sandbox.dam.store import Store

#: How far behind the latest event new ones may happen, in milliseconds.
SOON_MS = 60_000


class Downloads:
    """Everything that is asked of download events.

    Args:
        store: keeps the recipes.
        cast: whom events are about.
        key: of event ids.
    """

    def __init__(self, store: Store, cast: Cast, key: int) -> None:
        self.store = store
        self.cast = cast
        self.key = key
        self._draw = np.random.default_rng(key)
        self._before: NDArray[np.int64] = np.empty(0, np.int64)
        self.set_variant(Variant())

    def set_variant(self, variant: Variant) -> None:
        """Let this hold from the next search on; what counts searches starts anew."""
        self.variant = variant
        self._writer = RowWriter(self.key, variant)
        self._searches = 0

    @cached_property
    def events(self) -> Events:
        """All events, played on first use: 40,000 take 40 ms, a million one second."""
        events = Events()
        events.add([play(RECIPES.validate_json(recipe), self.cast) for recipe in self.store.batches()])
        return events

    def add(self, recipe: Spread | Between | Given) -> None:
        """More events, kept as their recipe."""
        batch = play(recipe, self.cast)
        self.events.add([batch])
        self.store.add_batch(len(batch.times), recipe.model_dump_json(by_alias=True))

    def add_given(self, rows: list[NewEvent]) -> list[str]:
        """Exactly these events; their ids, in the order in which they were given."""
        first = len(self.events)
        self.add(Given(events=rows))
        ranks = np.argsort(np.argsort([to_ms(row.date) for row in rows], kind="stable"))
        return event_ids(first + ranks, self.key)

    def clear(self) -> None:
        """Forget all events."""
        self.store.clear(("event_batch",))
        self.events = Events()

    def search(self, asked: EventSearch) -> bytes:
        """The answer to a search, as JSON.

        Raises:
            RefusedError: 400, it cannot be answered.
        """
        check_page(asked, self.variant)
        self._searches += 1
        most = self.variant.bent_searches
        variant = self.variant if most is None or self._searches <= most else self.variant.straight()
        places = self._places(asked.criterion, variant)
        rows = self._rows(asked, places, variant)
        answer = f'{{"totalResults":{self._total(len(places), variant)},"results":['
        answer += self._writer.rows(self.events, rows, variant.event_flaw) + "]"
        if asked.aggregations:
            answer += f',"aggregations":{json.dumps(self._counted(asked, places, variant))}'
        self._arrive(places, variant)
        return (answer + "}").encode()

    def _places(self, criterion: Criterion, variant: Variant) -> Places:
        return Selector(self.events, variant.range_start, variant.range_end).places(criterion)

    def _rows(self, asked: EventSearch, places: Places, variant: Variant) -> NDArray[np.int64]:
        order = Ordering(self.events, places, asked.sorts, variant, self._draw)
        start, size, before = asked.start, asked.size, self._before
        if variant.event_pages == "doubled":
            start = max(0, start - size)
        rows = self._before = order.page(start, size)
        match variant.event_pages:
            case "short":
                return rows[: (len(rows) + 1) // 2]
            case "repeating":
                return np.concatenate([order.page(max(0, start - 1), min(1, size)), rows])
            case "stale" if self._searches % 2 == 0:
                return before
        return rows

    def _total(self, total: int, variant: Variant) -> int:
        gone = self._searches - 1
        change = {"growing": gone, "shrinking": -gone, "flickering": gone % 2}.get(variant.event_total, 0)
        return max(0, total + change)

    def _counted(self, asked: EventSearch, places: Places, variant: Variant) -> dict[str, Any]:
        return {name: buckets.count(one, self.events, places, variant) for name, one in asked.aggregations.items()}

    def _arrive(self, places: Places, variant: Variant) -> None:
        """What happens meanwhile."""
        if not variant.arriving:
            return
        times = self.events.times
        latest = int(times[-1]) if len(times) else 0
        since, until = latest + 1, latest + SOON_MS
        if variant.arriving_where == "searched" and len(places):
            since, until = int(times[places[0]]), int(times[places[-1]])
        seed = int(self._draw.integers(2**31))
        self.add(Between(seed=seed, count=variant.arriving, since_ms=since, until_ms=until))

    def truth(self, criterion: Criterion) -> bytes:
        """All events that meet a criterion, ends of ranges as `[from, to)`, as a JSON list of plain events by time."""
        places = Selector(self.events, "inclusive", "exclusive").places(criterion)
        rows = np.arange(places.start, places.stop) if isinstance(places, range) else places
        writer = RowWriter(self.key, Variant(envelope="bare"))
        return f"[{writer.rows(self.events, rows, 'none')}]".encode()
