"""A walk through any number of assets by scroll search, page by page."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.criteria_json import criterion_to_json
from dashmedia.dam.reading import read_assets
from dashmedia.dam.searches import sort_to_json
from dashmedia.errors import ContractError, OutcomeUnknownError
from dashmedia.http import Repeat
from dashmedia.members import as_text, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dashmedia.dam.criteria import Criterion
    from dashmedia.dam.models import Asset, Page
    from dashmedia.dam.searches import Sort
    from dashmedia.http import Api

log = logging.getLogger(__name__)

#: How often a walk begins anew after an answer was lost. Ours.
WALKS = 3


def scroll_pages(api: Api, criterion: Criterion, sorts: Iterable[Sort], page_rows: int) -> Iterator[Page[Asset]]:
    """Pages of assets that match, until one is empty. A row may come twice: count by id.

    A walk goes one way, so a page whose answer was lost is not asked for again: the service may be past it. The walk
    then begins anew, and what came before comes once more.

    Raises:
        OutcomeUnknownError: a page was lost in each of `WALKS` walks.
        ContractError: the walk cannot go on, or stands still.
    """
    body = wire.scroll_body(criterion_to_json(criterion), page_rows, [sort_to_json(sort) for sort in sorts])
    walks = count(1)
    while True:
        try:
            return (yield from _walk(api, body))
        except OutcomeUnknownError as error:
            if next(walks) == WALKS:
                raise
            log.warning("A walk through assets begins anew: %s", error)


def _walk(api: Api, body: dict[str, Any]) -> Iterator[Page[Asset]]:
    scroll_id, before, seen, repeat = "", None, 0, Repeat.SAFE
    while True:
        answer = api.call("POST", wire.ASSET_SCROLL_PATH, endpoint=wire.ASSET_SCROLL, body=body, repeat=repeat)
        page = read_assets(answer, wire.ASSET_SCROLL)
        ids = [asset.id for asset in page.records]
        if not ids:
            return
        if ids == before:
            raise ContractError(
                wire.ASSET_SCROLL, wire.RESULTS, "the same page twice", "the next page, or an empty one"
            )
        yield page
        seen += len(ids)
        scroll_id = as_text(answer.get(wire.SCROLL_ID)) or scroll_id
        if not scroll_id:
            if seen >= page.total:
                return
            raise ContractError(wire.ASSET_SCROLL, wire.SCROLL_ID, describe(answer), "text, since more is to come")
        body, before, repeat = wire.next_scroll_body(scroll_id), ids, Repeat.CREATES
