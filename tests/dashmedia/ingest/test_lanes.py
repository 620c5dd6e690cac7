from types import SimpleNamespace

import pytest

from dashmedia.errors import AuthError, LedgerError, RejectedError
from dashmedia.ingest.lanes import Lane, Lanes


class Standing:
    """A delivery, as far as lanes look at it."""

    def __init__(self, destination, is_open=True):
        self.item = SimpleNamespace(destination=destination)
        self.is_open, self.reason = is_open, None

    def set_aside(self, reason, *, retryable):
        self.is_open, self.reason = False, (reason, retryable)


@pytest.fixture
def batch():
    return SimpleNamespace(deliveries=[Standing("social:1"), Standing("dam:/UGC"), Standing("dam:/UGC", is_open=False)])


def refuse():
    raise AuthError("POST x", 401, "no")


def test_a_broken_lane_leaves_over_what_is_open_and_is_not_used_again(batch):
    lanes, taken = Lanes([*Lane]), []

    lanes.run(Lane.DAM, batch, refuse)
    lanes.run(Lane.DAM, batch, lambda: taken.append("dam"))
    lanes.run(Lane.BRANDS, batch, lambda: taken.append("brands"))

    assert taken == ["brands"]
    social, open_one, done = batch.deliveries
    assert (social.reason, done.reason) == (None, None)
    assert open_one.reason[1] is True
    assert lanes.remarks()[0].startswith("Nothing more was sent to Dash: POST x was refused with 401")


def test_the_last_lane_that_breaks_ends_the_run(batch):
    lanes = Lanes([*Lane])
    lanes.run(Lane.DAM, batch, refuse)

    with pytest.raises(LedgerError):
        lanes.run(Lane.BRANDS, batch, lambda: (_ for _ in ()).throw(LedgerError("gone")))


def test_the_only_lane_ends_the_run_at_once(batch):
    with pytest.raises(AuthError):
        Lanes([Lane.BRANDS]).run(Lane.BRANDS, batch, refuse)


def test_an_error_that_is_not_everybodys_comes_out(batch):
    def reject():
        raise RejectedError("POST x", 400, "no")

    with pytest.raises(RejectedError):
        Lanes([*Lane]).run(Lane.DAM, batch, reject)


def test_a_lane_to_which_nothing_goes_takes_no_steps(batch):
    batch.deliveries = batch.deliveries[:1]
    taken = []

    Lanes([*Lane]).run(Lane.DAM, batch, lambda: taken.append("dam"))

    assert taken == []
