"""Every asset that a criterion matches, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.field_refs import Fixed
from dashmedia.dam.pages import each_once, pages_of
from dashmedia.dam.searches import Sort
from dashmedia.limits import DAM_ASSET_CAP_ROWS, DAM_ASSET_PAGE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset, Page

#: New assets come last, so that they move none from one page to another.
OLDEST_FIRST = (Sort(Fixed(wire.DATE_STAGED)),)


def walk_assets(
    client: DashClient,
    criterion: Criterion,
    *,
    sorts: Sequence[Sort] = OLDEST_FIRST,
    page_rows: int = DAM_ASSET_PAGE_ROWS,
    cap: int = DAM_ASSET_CAP_ROWS,
) -> Iterator[Asset]:
    """Each matching asset once, page by page, in memory only the ids; only LIVE ones unless the criterion names a state.

    Up to `cap` assets are paged, more are scrolled; no page beyond `cap` is asked for. Assets may change meanwhile: see
    `each_once` for what is noticed and what is not.

    Args:
        client: the service.
        criterion: which assets.
        sorts: the order.
        page_rows: assets on one page, 1 or more.
        cap: how far paging reaches, in rows.

    Raises:
        TransientError: fewer assets than counted came, twice; or what any search may raise.
    """

    def read() -> Iterator[Page[Asset]]:
        return _pages(client, criterion, sorts, page_rows, cap)

    return each_once(read, wire.ASSET_SEARCH)


def _pages(
    client: DashClient, criterion: Criterion, sorts: Sequence[Sort], page_rows: int, cap: int
) -> Iterator[Page[Asset]]:
    """The pages of a search; as soon as there are more than it reaches, those of a scroll from the beginning."""
    for page in pages_of(lambda start, size: client.search_assets(criterion, start, size, sorts), page_rows, cap):
        if page.total > cap:
            break
        yield page
    else:
        return
    yield from client.scroll_assets(criterion, sorts, page_rows)
