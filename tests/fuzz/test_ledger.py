"""The ledger against a model of it that fits on a page: who holds what, in which state, until when."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dashmedia.errors import IllegalTransitionError
from dashmedia.ledger import Failure, Ledger, NewItem, State, Transition, Verdict
from dashmedia.ledger.states import ADOPTABLE, STEPS

LEASE_S = 90.0
RUNS, KEYS = st.sampled_from("abc"), st.integers(0, 2)


@dataclass
class Row:
    """What the model knows of one."""

    state: State = State.PLANNED
    run: str = ""
    holder: str | None = None
    until: float = 0.0
    quarantined: bool = False


def numbered(number):
    return NewItem("social:1", f"{number:064x}", "0" * 32, 1, f"{number}.jpg", f"{number}.jpg", "image/jpeg")


class LedgerMachine(RuleBasedStateMachine):
    """Three runs on three machines share three rows."""

    @initialize()
    def begin(self):
        self.now = 1_790_000_000.0
        self.place = tempfile.TemporaryDirectory(prefix="ledger-")
        url = f"sqlite:///{Path(self.place.name)}/ledger.sqlite3"
        self.ledger = Ledger.open(url, clock=lambda: self.now, lease_s=LEASE_S)
        self.runs = {
            name: self.ledger.start_run(name, flow="f", source="s", owner=f"{name}/boot/ns/1/1.00") for name in "abc"
        }
        self.rows = {}

    def teardown(self):
        self.ledger.close()
        self.place.cleanup()

    @rule(seconds=st.sampled_from([1, 30, 89, 90, 91]))
    def wait(self, seconds):
        self.now += seconds

    @rule(name=RUNS, numbers=st.lists(KEYS, min_size=1, max_size=3, unique=True))
    def claim(self, name, numbers):
        new = [numbered(number) for number in numbers]
        expected = [self._expected_claim(name, number) for number in numbers]
        seen = [one.verdict for one in self.ledger.preview(new, self.runs[name])]

        claims = self.ledger.claim(new, self.runs[name])

        assert seen == [one.verdict for one in claims] == expected

    def _expected_claim(self, name, number):
        row = self.rows.setdefault(number, Row())
        if row.state is State.READY:
            return Verdict.TAKEN if row.run == name else Verdict.DONE
        if row.quarantined:
            return Verdict.QUARANTINED
        if row.holder not in (None, name) and row.until > self.now:
            return Verdict.HELD
        row.run = row.holder = name
        row.until = self.now + LEASE_S
        return Verdict.TAKEN

    @rule(name=RUNS, number=KEYS, state=st.sampled_from(list(State)), adopted=st.booleans())
    def record(self, name, number, state, adopted):
        row, key = self.rows.get(number, Row()), numbered(number).key
        step = Transition(key, state, remote_id="7", adopted=adopted)
        is_legal = state in STEPS[row.state] or (adopted and state in ADOPTABLE and row.state not in ADOPTABLE)
        try:
            lost = self.ledger.record(self.runs[name], [step])
        except IllegalTransitionError:
            assert row.holder == name
            assert not is_legal
            return

        assert lost == (frozenset() if row.holder == name else {key})
        if row.holder == name:
            assert is_legal
            row.state, row.until = state, self.now + LEASE_S
            row.holder = None if state is State.READY else name

    @rule(name=RUNS, number=KEYS, retryable=st.booleans())
    def fail(self, name, number, retryable):
        row, key = self.rows.get(number, Row()), numbered(number).key

        lost = self.ledger.fail(self.runs[name], [Failure(key, "no", retryable=retryable)])

        assert lost == (frozenset() if row.holder == name else {key})
        if row.holder == name:
            row.holder, row.quarantined = None, not retryable

    @rule(name=RUNS)
    def renew(self, name):
        mine = [row for row in self.rows.values() if row.holder == name]

        assert self.ledger.renew(self.runs[name]) == len(mine)

        for row in mine:
            row.until = self.now + LEASE_S

    @rule(name=RUNS)
    def release(self, name):
        mine = [row for row in self.rows.values() if row.holder == name]

        assert self.ledger.release(self.runs[name]) == len(mine)

        for row in mine:
            row.holder = None

    @rule(number=KEYS)
    def take_out_of_quarantine(self, number):
        row = self.rows.get(number, Row())

        assert self.ledger.retry(self.ledger.find(f"{number}.jpg")) == int(row.quarantined)

        row.quarantined = False

    @invariant()
    def the_ledger_says_what_the_model_says(self):
        for number, row in getattr(self, "rows", {}).items():
            (item,) = self.ledger.find(f"{number}.jpg")
            holder = None if row.holder is None else self.runs[row.holder].owner
            assert (item.state, item.owner, item.is_quarantined) == (row.state, holder, row.quarantined)
            assert item.has_lease(item.updated_at) or row.holder is None or row.until <= self.now


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=15, stateful_step_count=30)
