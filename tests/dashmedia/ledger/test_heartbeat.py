from __future__ import annotations

from threading import Event

from dashmedia.errors import LedgerError
from dashmedia.ledger import Heartbeat


class Renewals:
    """Counts renewals; `answers` says for each whether it works."""

    lease_s = 0.003

    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.done = Event()

    def renew(self, run) -> int:
        works = self.answers.pop(0) if self.answers else True
        if not self.answers:
            self.done.set()
        if not works:
            raise LedgerError("no answer")
        return 1


class Run:
    id = "run-1"


def test_the_lease_is_renewed_until_the_block_ends(ledger, begin, new_item, clock):
    run = begin("run-1", owner="another-host/boot/ns/1/1.00")
    ledger.claim([new_item(1)], run)
    renewals = Renewals(True, True, True)

    with Heartbeat(renewals, run) as heartbeat:
        assert renewals.done.wait(10)

    assert not heartbeat._thread.is_alive()


def test_a_ledger_that_does_not_answer_is_asked_again(caplog):
    renewals = Renewals(False, False, True)

    with Heartbeat(renewals, Run()):
        assert renewals.done.wait(10)

    assert caplog.text.count("was not renewed; it is tried again. no answer") == 2


def test_a_lease_is_current_until_it_was_not_renewed_in_time(ledger, begin):
    now = [100.0]

    heartbeat = Heartbeat(ledger, begin(), clock=lambda: now[0])
    at_once = heartbeat.is_current
    now[0] += 90

    assert (at_once, heartbeat.is_current) == (True, False)


class Beats(Event):
    """Passes the time at once, for a number of beats, and keeps how long each was to wait."""

    def __init__(self, beats: int) -> None:
        super().__init__()
        self.left, self.waits = beats, []

    def wait(self, timeout=None) -> bool:
        self.waits.append(timeout)
        self.left -= 1
        return self.left < 0


class SlowRenewals:
    """Each takes a minute."""

    lease_s = 90

    def __init__(self) -> None:
        self.now = 100.0

    def clock(self) -> float:
        return self.now

    def renew(self, run) -> int:
        self.now += 60
        return 1


def test_there_are_three_beats_within_a_lease():
    heartbeat = Heartbeat(Renewals(), Run())
    heartbeat._stop = beats = Beats(2)

    with heartbeat:
        heartbeat._thread.join()

    assert beats.waits == [Renewals.lease_s / 3] * 3


def test_a_lease_counts_from_when_its_renewal_was_asked_for():
    renewals = SlowRenewals()
    heartbeat = Heartbeat(renewals, Run(), clock=renewals.clock)
    heartbeat._stop = Beats(1)

    with heartbeat:
        heartbeat._thread.join()
    answered = heartbeat.is_current
    renewals.now += 30

    # Ninety seconds after it was asked, sixty of which the ledger took to answer.
    assert (answered, heartbeat.is_current) == (True, False)


def test_a_ledger_makes_its_own_heartbeat(ledger, begin):
    with ledger.heartbeat(begin()) as heartbeat:
        assert heartbeat.is_current
