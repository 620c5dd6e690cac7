from __future__ import annotations

from types import SimpleNamespace

from dashmedia.ingest.moves import Move, Mover
from dashmedia.ledger import State


class Fenced:
    """A ledger in which another run holds some rows by now."""

    def __init__(self, *lost):
        self.lost = frozenset(lost)

    def record(self, run, steps):
        return self.lost & {step.key for step in steps}


class Row:
    """A delivery, as far as it is moved."""

    def __init__(self, key):
        self.item = SimpleNamespace(key=key, filename=f"{key}.jpg", state=State.BYTES_PUT)
        self.reason = None

    def moved(self, state, *, bare_url, remote_id):
        self.item.state = state

    def set_aside(self, reason, *, retryable):
        self.reason = reason, retryable


def test_what_another_run_took_over_is_set_aside_and_goes_no_further():
    taken, mine = Row("a"), Row("b")

    Mover(Fenced("a"), run=None).move([(each, Move(State.SUBMITTED)) for each in (taken, mine)])

    assert (taken.item.state, taken.reason) == (State.BYTES_PUT, ("another run took a.jpg over", True))
    assert (mine.item.state, mine.reason) == (State.SUBMITTED, None)
