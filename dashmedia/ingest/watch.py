"""One reading of a brand's listing for every batch that waits on it.

Batches overlap, and the pages that one of them reads hold what the others wait for as well. So readings take turns, each waits a
little until most batches want it, notes what it saw for all, and a batch whose turn comes after such a reading, whatever
that brought, reads nothing. At the end of a run nobody gets in line behind a reading that was begun without them, if asking by id is
sooner.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from dashmedia.social.models import Media

    Find = Callable[[Mapping[str, date]], dict[str, Media]]

#: A reading waits so long for more batches to join it, in seconds, while most of them are still at work: at least the first, and so
#: many times what the last reading took. A library of many pages is then read for a fifth of the time at most.
PATIENCE_S = 3.0
PATIENCE_READINGS = 4

#: Records asked for by their ids in a second, as many at once; fewer where the service's limit is lower.
BY_ID_PER_S = 200.0

#: How often it looks whether they have, in seconds.
GLANCE_S = 0.05


class Watch:
    """What one brand's listing says of the media that any batch waits for, by `source_id`.

    Args:
        clock: seconds that only go forward.
        sleep: how to wait, in seconds.
        under_way: how many batches there are, whether they wait or not.
        calls_per_s: how many the service takes.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        under_way: Callable[[], int] = lambda: 0,
        calls_per_s: float = BY_ID_PER_S,
    ) -> None:
        self._clock, self._sleep, self._under_way = clock, sleep, under_way
        self._by_id_per_s = min(BY_ID_PER_S, calls_per_s)
        self._confirming, self._took_s = 0, 0.0
        self._read_again_at = self._by_id_until = 0.0
        self._turn, self._state = Lock(), Lock()
        self._waiting = self._readings = 0
        self._trouble: Exception | None = None
        self._wanted: dict[str, date] = {}
        self._read_for: dict[str, date] = {}
        self._seen: dict[str, Media] = {}

    @contextmanager
    def confirming(self) -> Iterator[None]:
        """Around all the time in which a batch only waits for its media."""
        with self._state:
            self._confirming += 1
        try:
            yield
        finally:
            with self._state:
                self._confirming -= 1

    def look(self, wanted: Mapping[str, date], find: Find) -> dict[str, Media]:
        """The latest word on `wanted`; what the listing does not show is not in the answer.

        Nor is anything when every batch waits and these are sooner asked for by their ids.

        Args:
            wanted: `source_id` → day of its `source_created_at`.
            find: reads the listing for all that is given to it.
        """
        with self._state:
            self._wanted |= wanted
            if self._goes_by_id(wanted):
                return self._taken(wanted)
            self._waiting += 1
            before = self._readings
        try:
            with self._turn:
                return self._answer(wanted, find, before)
        finally:
            with self._state:
                self._waiting -= 1

    def _answer(self, wanted: Mapping[str, date], find: Find, before: int) -> dict[str, Media]:
        """Every reading begun since `before` was for `wanted` as well, so the last one's word, or trouble, is good for it."""
        try:
            if self._readings == before:
                if self._waits_for_company(wanted):
                    self._read(find)
            elif self._trouble:
                raise self._trouble
        finally:
            with self._state:
                taken = self._taken(wanted)
        return taken

    def _waits_for_company(self, wanted: Mapping[str, date]) -> bool:
        """True once a reading is due; False when asking by id has become sooner."""
        while True:
            with self._state:
                if self._goes_by_id(wanted):
                    return False
                # While most batches are at work they keep the machine busy.
                is_worth_it = 2 * self._waiting > self._under_way()
            if is_worth_it or self._clock() >= self._read_again_at:
                return True
            self._sleep(GLANCE_S)

    def _read(self, find: Find) -> None:
        began = self._clock()
        with self._state:
            everyone = self._read_for = dict(self._wanted)
            self._readings += 1
        self._trouble = None
        try:
            self._seen |= find(everyone)
        except Exception as error:
            self._trouble = error
            raise
        finally:
            self._took_s = self._clock() - began
            self._read_for = {}
            self._read_again_at = self._clock() + max(PATIENCE_S, PATIENCE_READINGS * self._took_s)

    def _goes_by_id(self, wanted: Mapping[str, date]) -> bool:
        """Whether those that no reading is under way for are sooner asked for by their ids, after those that are being asked for."""
        if self._confirming < self._under_way():
            return False
        now = self._clock()
        queue_s = max(0.0, self._by_id_until - now)
        unread = len(self._wanted.keys() - self._read_for.keys())
        if queue_s + unread / self._by_id_per_s >= self._took_s:
            return False
        self._by_id_until = now + queue_s + len(wanted) / self._by_id_per_s
        return True

    def _taken(self, wanted: Mapping[str, date]) -> dict[str, Media]:
        for each in wanted:
            self._wanted.pop(each, None)
        return {each: self._seen.pop(each) for each in wanted if each in self._seen}
