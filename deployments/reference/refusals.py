"""Why the gate refuses an original."""

from __future__ import annotations

from dashmedia.refusals import Refusal, Rule
from deployments.reference.markdown import code, page, table

INTRODUCTION = """An original that breaks one of these rules is set aside and listed; the others go on. `python -m dashmedia.ledger refused` lists them all, with the
value that was seen. What the type of a file is, is found from its bytes."""

#: Stands for what was seen.
SEEN = "…"


def refusals_page() -> str:
    """The page."""
    rows = [(code(rule), *_words(rule)) for rule in Rule]
    return page("Refusals", INTRODUCTION, table(("rule", "what is wrong", "what to do"), rows))


def _words(rule: Rule) -> tuple[str, str]:
    what, _, advice = Refusal("it", None, rule, SEEN).sentence.removeprefix("it: ").partition(f" ({SEEN}). ")
    return what, advice
