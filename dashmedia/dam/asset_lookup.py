"""Assets by their ids, in as few requests as the service allows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.criteria import AnyOf
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.lookup import fetch_each
from dashmedia.dam.searches import Sort
from dashmedia.errors import AuthError, RejectedError
from dashmedia.limits import DAM_ASSET_CAP_ROWS, DAM_ASSET_PAGE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset, Page

log = logging.getLogger(__name__)

#: Ids in one criterion; longer request bodies are asking for trouble.
BATCH_IDS = 200

#: A page of the catalogue takes about as long as so many single look-ups. Ours.
LOOK_UPS_PER_PAGE = 20

ANY_STATE = AnyOf(Fixed(wire.LIFECYCLE_STATE), wire.STATES)


def find_assets(dash: DashClient, ids: Iterable[str], threads: int) -> dict[str, Asset | None]:
    """Each asset by its id; None for one that is not there or that the caller may not see. An empty id is left out.

    In batches of ids where the API is known to search by them (`wire.ASSET_ID_FIELD`); else the whole catalogue is read
    if that is less work. What is still missing is looked up one by one, so nothing depends on either.
    """
    wanted = {one for one in ids if one}
    found: dict[str, Asset | None] = {}
    try:
        for asset in _search(dash, sorted(wanted)):
            if asset.id in wanted:
                found[asset.id] = asset
            if len(found) == len(wanted):
                break
    except RejectedError as error:
        if isinstance(error, AuthError):
            raise
        log.warning("assets are looked up one by one: %s", error)
    return found | fetch_each(dash.asset, wanted - found.keys(), threads)


def _search(dash: DashClient, ids: list[str]) -> Iterator[Asset]:
    if wire.ASSET_ID_FIELD:
        for start in range(0, len(ids), BATCH_IDS):
            chosen = AnyOf(Fixed(wire.ASSET_ID_FIELD), tuple(ids[start : start + BATCH_IDS]))
            yield from dash.search_assets(chosen & ANY_STATE, 0, BATCH_IDS).records
    elif most_pages := len(ids) // LOOK_UPS_PER_PAGE:
        yield from _read_catalogue(dash, min(DAM_ASSET_CAP_ROWS, most_pages * DAM_ASSET_PAGE_ROWS))


def _read_catalogue(dash: DashClient, most_rows: int) -> Iterator[Asset]:
    """The assets of all states, or only the first page of them when there are more than `most_rows`.

    Without a promise to be complete: rows may move from page to page meanwhile.
    """
    start = 0
    while True:
        page = _page(dash, start)
        yield from page.records
        start += len(page.records)
        if not page.records or start >= page.total or page.total > most_rows:
            return


def _page(dash: DashClient, start: int) -> Page[Asset]:
    size = min(DAM_ASSET_PAGE_ROWS, DAM_ASSET_CAP_ROWS - start)
    return dash.search_assets(ANY_STATE, start, size, [Sort(Fixed(wire.DATE_STAGED))])
