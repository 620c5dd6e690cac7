from __future__ import annotations

import pytest

from dashmedia.dam.criteria import MatchAll
from dashmedia.errors import ContractError, OutcomeUnknownError

PATH = "/asset-scroll-searches"


class Walks:
    """Pages by number; `lost` are the continuations, counted over all walks, whose answer is cut short."""

    def __init__(self, pages, asset, ids=lambda _: "s", lost=(), total=None):
        self.pages, self.asset, self.ids, self.lost, self.total = pages, asset, ids, set(lost), total
        self.page, self.continued, self.sent = 0, 0, []

    def __call__(self, body):
        self.sent.append(body)
        if "scrollId" in body:
            self.page += 1
            self.continued += 1
            if self.continued in self.lost:
                return 502, {}
        else:
            self.page = 0
        found = self.pages[self.page] if self.page < len(self.pages) else []
        answer = {"totalResults": sum(map(len, self.pages)) if self.total is None else self.total}
        scroll_id = self.ids(self.page)
        rows = [{"result": self.asset(one)} for one in found]
        return 200, answer | {"results": rows} | ({"scrollId": scroll_id} if scroll_id else {})


def ids_of(client, page_rows=2):
    return [[asset.id for asset in page.records] for page in client.scroll_assets(MatchAll(), (), page_rows)]


@pytest.mark.parametrize("ids", [lambda _: "s", lambda page: f"s-{page}", lambda page: None if page else "s"])
def test_a_walk_ends_on_an_empty_page_whether_its_id_changes_stays_or_is_told_once(client, dash, asset, ids):
    walks = Walks([["a", "b"], ["c"]], asset, ids)
    dash.answers["POST", PATH] = walks

    assert ids_of(client) == [["a", "b"], ["c"]]
    assert walks.sent[0] == {"pageSize": 2, "criterion": {"type": "MATCH_ALL"}, "sorts": []}
    assert walks.sent[1:] == [{"scrollId": ids(page) or "s"} for page in range(2)]


def test_a_walk_of_one_page_needs_no_id(client, dash, asset):
    dash.answers["POST", PATH] = Walks([["a", "b"]], asset, lambda _: None)

    assert ids_of(client) == [["a", "b"]]


def test_a_walk_that_must_go_on_and_cannot_is_named(client, dash, asset):
    dash.answers["POST", PATH] = Walks([["a", "b"]], asset, lambda _: None, total=3)

    with pytest.raises(ContractError, match="scrollId"):
        ids_of(client)


def test_a_walk_that_stands_still_is_named(client, dash, asset):
    dash.answers["POST", PATH] = Walks([["a"], ["a"], ["a"]], asset)

    with pytest.raises(ContractError, match="the same page twice"):
        ids_of(client)


def test_a_lost_page_is_not_asked_for_again_but_the_walk_begins_anew(client, dash, asset):
    walks = Walks([["a", "b"], ["c"]], asset, lost={1})
    dash.answers["POST", PATH] = walks

    assert ids_of(client) == [["a", "b"], ["a", "b"], ["c"]]
    assert ["scrollId" in body for body in walks.sent] == [False, True, False, True, True]


def test_a_walk_that_is_lost_every_time_is_given_up(client, dash, asset):
    dash.answers["POST", PATH] = Walks([["a", "b"], ["c"]], asset, lost={1, 2, 3})

    with pytest.raises(OutcomeUnknownError):
        ids_of(client)
