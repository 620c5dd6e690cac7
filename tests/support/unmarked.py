"""Numbers with a unit in the prose of a page that no mark explains (see `benchmarks/figures.py` for the marks).

What is left out: code blocks and code spans (their output is compared by other tests), links' addresses, comments, and in
`docs/decisions` every section that is a dated record: it holds the day and the command with which its figures were taken, so they are
what was seen then and need not be what was seen last.
"""

import re

from benchmarks.figures import MARKED

_WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|half an?"
_PER = r"(?:[\w-]+ )?(?:a|per) (?:second|minute|hour)"
_UNITS = rf"[a-z]*/s|[KMGT]i?B|[mµ]?s|min|{_PER}|seconds?|minutes?|hours?|×|times|requests?|kills?|scenarios?|%|percent"
FIGURE = re.compile(
    rf"(?<![\w.,/-])(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})) ?(?:{_UNITS})(?!\w)"
    r"|\b(?:twice|half|a third|a quarter) (?:as|the time)\b"
    r"|(?<=\|) *\d[\d,]*(?:\.\d+)? *(?=\|)",  # a cell of a table with nothing else
    re.IGNORECASE,
)

_HIDDEN = re.compile(r"^ *```.*?^ *```$|``.*?``|`[^`\n]+`|\]\([^)\n]*\)|<!--.*?-->", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_COMMAND = re.compile(r"`(?:make|python -m) [^`]+`")


def unmarked(text, *, is_decision=False):
    """Each such number with its unit as it stands there, and its line; in order."""
    shown = _HIDDEN.sub(_blank, MARKED.sub(_blank, text))
    if is_decision:
        shown = "".join(_without_record(*each) for each in zip(*map(_SECTION.split, _alike(text, shown)), strict=True))
    return [(found.group(), shown.count("\n", 0, found.start()) + 1) for found in FIGURE.finditer(shown)]


def _blank(found):
    """Nothing, in as many lines."""
    return "\n" * found.group().count("\n") + " "


def _alike(text, shown):
    """Both, so that they fall into the same sections: a heading within a code block is none."""
    fenced = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
    return fenced.sub(lambda found: found.group().replace("\n## ", "\n"), text), shown


def _without_record(text, shown):
    return re.sub(r"[^\n]", "", shown) if _DAY.search(text) and _COMMAND.search(text) else shown
