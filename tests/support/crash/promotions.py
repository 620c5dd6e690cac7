"""Workloads of `promote_lifecycle`: unasked, and with a person who approves."""

from collections import Counter

from support.crash.findings import Findings
from support.promoting import FILENAME, LIVE_RULE, RULE, TO_APPROVAL, TO_LIVE, promote, seed

from dashmedia.errors import DashMediaError
from dashmedia.ledger import Ledger

#: Seconds; older than the rule asks for.
TWO_DAYS_S = 2 * 24 * 3_600


class Promotion:
    """Staged assets that are to move, one that is not, and now and then pending ones that are to go live."""

    #: Two promotions at once: the second is told that one is under way.
    has_ledger = True
    may_refuse = (DashMediaError,)
    answer = None

    def __init__(self, draw):
        self.assets, self.pending = draw.randint(2, 6), draw.choice((0, 0, 2))
        self.job_size = draw.randint(1, 4)
        self.reading = {"job_polls": draw.choice((0, 1)), "job_steps": draw.choice(("named", "missing"))}
        self.wanted = {}

    def stock(self, place):
        """No files."""

    def prepare(self, place):
        """Services as at the start, with assets of our own."""
        place.sandbox.tell("reset")
        place.sandbox.tell("variant", dict(self.reading))
        self.wanted = dict.fromkeys(seed(place.sandbox, self.assets), TO_APPROVAL)
        seed(place.sandbox, 1, values={"Title": False})
        if self.pending:
            old = seed(
                place.sandbox, self.pending, state="PENDING_APPROVAL", pending_age_s=TWO_DAYS_S, filename=FILENAME
            )
            self.wanted |= dict.fromkeys(old, TO_LIVE)

    def run(self, place, run_id):
        """One run from beginning to end; whether it is complete."""
        rules = (RULE, LIVE_RULE) if self.pending else (RULE,)
        options = {"rules": rules, "job_size": self.job_size, "answer": self.answer}
        return promote(place.sandbox, place.ledger, run_id, **options).is_complete

    def between(self, _place):
        """Nobody reads before the last run is through."""
        return Findings()

    def check(self, place):
        """Each asset took its step once, no other took any, and the ledger holds no plan open."""
        found = Findings()
        moves = place.sandbox.ask("moves")
        held = Counter((one, step) for one, steps in moves.items() for step in steps)
        found.compare(Counter((one, str(step)) for one, step in self.wanted.items()), held, "moves of")
        with Ledger.open(place.ledger) as kept:
            left = kept.promotions.under_way(place.sandbox.env["DASH_API_URL"])
        found.add("unfinished", left is not None, "a plan is still under way in the ledger")
        return found


class Approved(Promotion):
    """The same with a person who looks and agrees."""

    @staticmethod
    def answer(_session):
        """Yes."""
        return True
