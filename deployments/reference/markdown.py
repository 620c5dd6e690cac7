"""Markdown as the reference uses it."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import docstring_parser

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

#: Stands at the top of every page.
WARNING = "<!-- Made by `make docs` from the code: change it there. -->"


def page(title: str, *parts: str) -> str:
    """A whole page; empty parts are left out."""
    return "\n\n".join([WARNING, f"# {title}", *(part.strip() for part in parts if part.strip())]) + "\n"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; cells may hold anything, line breaks become blanks."""
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *([_cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """`text` as code, or nothing."""
    return f"`{text}`" if str(text) else ""


def summary(thing: object) -> str:
    """The part of a docstring before its sections, as one paragraph a paragraph.

    Raises:
        ValueError: there is none.
    """
    parsed = docstring_parser.parse(inspect.getdoc(thing) or "")
    told = [parsed.short_description or "", parsed.long_description or ""]
    if not told[0]:
        raise ValueError(f"{thing!r} has no docstring, and the reference is made of them.")
    return "\n\n".join(part for part in told if part)


def attributes(thing: object) -> dict[str, str]:
    """What the docstring's `Attributes:` and `Args:` say, by name, as sentences."""
    parsed = docstring_parser.parse(inspect.getdoc(thing) or "")
    return {each.arg_name: _sentence(each.description or "") for each in parsed.params}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def member_comments(enum: type[StrEnum]) -> dict[str, str]:
    """What stands behind each member of an enum on its own line, by value."""
    found = re.findall(r"^    ([A-Z_]+) = .*?(?:  # (.*))?$", inspect.getsource(enum), re.MULTILINE)
    return {enum[name].value: words for name, words in found}
