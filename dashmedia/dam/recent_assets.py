"""Assets that were changed just now, by their ids, in few requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.asset_lookup import ANY_STATE, LOOK_UPS_PER_PAGE
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.pages import pages_of
from dashmedia.dam.searches import Sort
from dashmedia.limits import DAM_ASSET_CAP_ROWS, DAM_ASSET_PAGE_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset

LATEST_FIRST = (Sort(Fixed(wire.DATE_LAST_MODIFIED), descending=True),)


def find_recent(client: DashClient, ids: Collection[str]) -> dict[str, Asset]:
    """Those of the assets that are among the latest changed ones, of any state; the others are missing.

    As many pages are read as are less work than single look-ups of them all. A search may lag behind an edit: what is not
    as expected is to be looked up by its id.
    """
    wanted = set(ids)
    found: dict[str, Asset] = {}
    rows = min(DAM_ASSET_PAGE_ROWS, 2 * len(wanted))
    most = min(DAM_ASSET_CAP_ROWS, rows * (1 + len(wanted) // LOOK_UPS_PER_PAGE))
    if not wanted:
        return found
    for page in pages_of(lambda start, size: client.search_assets(ANY_STATE, start, size, LATEST_FIRST), rows, most):
        found |= {asset.id: asset for asset in page.records if asset.id in wanted}
        if len(found) == len(wanted):
            break
    return found
