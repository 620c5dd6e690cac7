"""What was wrong after a scenario, as numbers, and in words for whoever has to look."""

from collections import Counter
from dataclasses import dataclass, field

#: What may be wrong: originals, moves or events that are not there, that are there once too often, that are there with other
#: content, rows missing in a day that readers trust, and runs that did not end as they should.
WRONGS = ("lost", "doubled", "wrong", "short", "unfinished")


@dataclass
class Findings:
    """Counts of `WRONGS`; `words` say what was found of them, the first few."""

    counts: Counter = field(default_factory=Counter)
    words: list = field(default_factory=list)

    def add(self, wrong, number, words=""):
        """So many more; none is fine."""
        if number:
            self.counts[wrong] += number
            self.words.append(f"{wrong}: {number} {words}".rstrip()[:600])

    def compare(self, wanted, held, what):
        """Counters of things by their content: what is missing, what is there too often, and what nobody wanted."""
        self.add("lost", (wanted - held).total(), f"of {what}")
        for thing, number in (held - wanted).items():
            self.add("doubled" if thing in wanted else "wrong", number, f"{what} {thing}")

    @property
    def is_clean(self):
        """Whether nothing is wrong."""
        return not self.counts

    def __str__(self):
        return "; ".join(self.words) or "nothing wrong"
