from __future__ import annotations

import pytest

from dashmedia.dam import wire
from dashmedia.dam.asset_lookup import ANY_STATE
from dashmedia.dam.asset_walk import walk_assets


def test_assets_are_paged_while_paging_reaches_them(live, tally):
    ids = [asset.id for asset in walk_assets(live, ANY_STATE, page_rows=150)]

    assert len(ids) == len(set(ids)) == 400
    assert tally.counts() == {wire.ASSET_SEARCH: 3}


@pytest.mark.parametrize("scroll_id", ["constant", "changing"])
def test_more_assets_than_paging_reaches_are_scrolled(sandbox, live, tally, scroll_id):
    sandbox.tell("variant", {"search_cap": 300, "scroll_id": scroll_id})

    ids = [asset.id for asset in walk_assets(live, ANY_STATE, page_rows=150, cap=300)]

    assert len(ids) == len(set(ids)) == 400
    assert tally.counts()[wire.ASSET_SEARCH] == 1
    assert sum(tally.counts().values()) == 5


def test_assets_that_grow_beyond_the_reach_of_paging_meanwhile_are_scrolled_from_the_beginning(sandbox, live):
    walk = walk_assets(live, ANY_STATE, page_rows=150, cap=450)
    ids = [next(walk).id]
    sandbox.tell("seed_assets", {"count": 100})

    ids += [asset.id for asset in walk]

    assert len(ids) == len(set(ids)) == 500
