"""Every error: when it comes, and what its reader does."""

from __future__ import annotations

import re

from dashmedia import errors
from deployments.reference.markdown import attributes, code, page, summary, table

INTRODUCTION = """Each error says which thing it is about, what was seen, what was expected and what to do next; none holds a token or a signed URL.
Below them all is `DashMediaError`. A run that one of them ends is `Failed` with the error's own words, without a traceback. An error
of one item sets that item aside, and the run goes on with the others."""


def errors_page() -> str:
    """The page."""
    advice = _advice()
    rows = [
        (code(each.__name__), _parent(each), summary(each), _what_to_do(each, advice), _facts(each))
        for each in _classes()
    ]
    return page("Errors", INTRODUCTION, table(("error", "is a", "when", "what the caller does", "carries"), rows))


def _classes() -> list[type[errors.DashMediaError]]:
    """All of the module, each after the one it derives from."""
    found = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.DashMediaError)
    ]
    return sorted(found, key=lambda each: [one.__name__ for one in reversed(each.__mro__)])


def _advice() -> dict[str, str]:
    """What the caller does, by class, from the module's own table."""
    rows = re.findall(r"^\| `(\w+)`(?: and below)? \| (.*?) \|$", errors.__doc__ or "", re.MULTILINE)
    return dict(rows)


def _what_to_do(error: type[errors.DashMediaError], advice: dict[str, str]) -> str:
    hint = error.__dict__.get("hint", "")
    near = next((advice[each.__name__] for each in error.__mro__ if each.__name__ in advice), "")
    return f"{near}. Its message ends: “{hint}”" if hint else near


def _parent(error: type[errors.DashMediaError]) -> str:
    return code(error.__base__.__name__) if error.__base__ and error.__base__ is not Exception else ""


def _facts(error: type[errors.DashMediaError]) -> str:
    return "; ".join(f"`{name}`: {words.rstrip('.')}" for name, words in attributes(error).items())
