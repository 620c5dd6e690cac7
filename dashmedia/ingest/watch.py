"""One reading of a brand's listing for every batch that waits on it.

Batches overlap, and the newest page that one of them reads mostly holds what the others wait for as well. So readings take
turns, each notes what it saw for all, and a batch whose turn comes after its media were seen reads nothing.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from dashmedia.social.models import Media

    Find = Callable[[Mapping[str, date]], dict[str, Media]]

#: The least time from one reading to the next, in seconds: batches that begin to wait meanwhile share the next one.
EVERY_S = 1.0


class Watch:
    """What one brand's listing says of the media that any batch waits for, by `source_id`.

    Args:
        clock: seconds that only go forward.
        sleep: how to wait, in seconds.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._read_at = -EVERY_S
        self._turn, self._state = Lock(), Lock()
        self._wanted: dict[str, date] = {}
        self._seen: dict[str, Media] = {}

    def look(self, wanted: Mapping[str, date], find: Find) -> dict[str, Media]:
        """The latest word on `wanted`; what the listing does not show is not in the answer.

        Args:
            wanted: `source_id` → day of its `source_created_at`.
            find: reads the listing for all that is given to it.
        """
        with self._state:
            self._wanted |= wanted
        with self._turn:
            if not self._settled(wanted):
                self._read(find)
            return self._take(wanted)

    def _settled(self, wanted: Mapping[str, date]) -> bool:
        with self._state:
            return all(_is_final(self._seen.get(each)) for each in wanted)

    def _read(self, find: Find) -> None:
        self._sleep(max(0.0, self._read_at + EVERY_S - self._clock()))
        with self._state:
            everyone = dict(self._wanted)
        found = find(everyone)
        self._read_at = self._clock()
        with self._state:
            self._seen |= found

    def _take(self, wanted: Mapping[str, date]) -> dict[str, Media]:
        with self._state:
            for each in wanted:
                self._wanted.pop(each, None)
            return {each: self._seen.pop(each) for each in wanted if each in self._seen}


def _is_final(media: Media | None) -> bool:
    return media is not None and (media.is_ready or media.has_failed)
