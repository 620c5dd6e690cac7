"""A walk over any number of assets, one way: `asset-scroll-searches`, section 8.2 of the contract."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.dam.catalogue import check_size
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from sandbox.dam.bodies import ScrollSearch
    from sandbox.dam.catalogue import Catalogue

#: Walks that are remembered; the oldest one is forgotten for a new one.
MOST_SCROLLS = 200


@dataclass
class Walk:
    """A walk: which assets were found when it began, and how far it is. Pages show assets as they are by then."""

    ids: list[str]
    size: int
    at: int = 0
    pages: int = 0


class Scrolls:
    """Walks by id, in memory: a restart loses them, as the service may at any time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._walks: dict[str, Walk] = {}

    def clear(self) -> None:
        """Forget all walks."""
        self._walks.clear()

    def begin(self, asked: ScrollSearch) -> dict[str, Any]:
        """The first page.

        Raises:
            RefusedError: 400, criterion, order or size of a page.
        """
        check_size(asked.size, self.catalogue.variant())
        walk = Walk(self.catalogue.asset_ids(asked.criterion, asked.sorts, asked.action), asked.size)
        return self._page(_new_id(), walk)

    def go_on(self, scroll_id: str) -> dict[str, Any]:
        """The page after the last one that was answered, whether or not that answer arrived.

        Raises:
            RefusedError: 404, the id is of no walk, or of one that was forgotten.
        """
        walk = self._walks.pop(scroll_id, None)
        if walk is None:
            raise RefusedError(404, f"There is no scroll search {scroll_id!r} (any more).")
        is_new = self.catalogue.variant().scroll_id == "changing"
        return self._page(_new_id() if is_new else scroll_id, walk)

    def _page(self, scroll_id: str, walk: Walk) -> dict[str, Any]:
        ids = walk.ids[walk.at : walk.at + walk.size]
        walk.at, walk.pages = walk.at + walk.size, walk.pages + 1
        most = self.catalogue.variant().scroll_pages
        if most is None or walk.pages < most:
            self._walks[scroll_id] = walk
        if len(self._walks) > MOST_SCROLLS:
            del self._walks[next(iter(self._walks))]
        return {"scrollId": scroll_id} | self.catalogue.found_assets(ids, len(walk.ids))


def _new_id() -> str:
    return secrets.token_urlsafe(18)
