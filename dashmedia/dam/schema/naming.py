"""Things by their names as people write them, and what to say of a name that is none."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")

#: Names that a sentence lists; the rest is counted.
_MOST_NAMED = 8
#: How alike two names must be for one to be offered for the other, 0 to 1.
_ALIKE = 0.6


class NameIndex(Generic[T]):
    """Items by name. A name that is written exactly so wins; else case, blanks and how accents are encoded do not matter.

    Args:
        named: name and item, in the order in which they are to be listed.
    """

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self.items: tuple[tuple[str, T], ...] = tuple(named)
        self._exact: dict[str, list[T]] = defaultdict(list)
        self._alike: dict[str, list[T]] = defaultdict(list)
        for name, item in self.items:
            self._exact[name].append(item)
            self._alike[fold(name)].append(item)

    def find(self, name: str) -> Sequence[T]:
        """Every item of that name; several if names repeat, none if there is no such name."""
        return self._exact.get(name) or self._alike.get(fold(name)) or ()

    def advice(self, *wanted: str) -> str:
        """What to write instead of any of these: the nearest names, else all of them as far as they fit."""
        return advice([one for one, _ in self.items], *wanted)


def fold(name: str) -> str:
    """What two ways to write the same name have in common."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def advice(known: Sequence[str], *wanted: str) -> str:
    """The names nearest to one that is `wanted`, as a question; without any, those there are."""
    by_fold = {fold(one): one for one in known}
    near = [one for name in wanted for one in get_close_matches(fold(name), by_fold, n=3, cutoff=_ALIKE)]
    if near:
        return f"Did you mean {' or '.join(f'“{by_fold[one]}”' for one in dict.fromkeys(near))}?"
    listed, more = ", ".join(f"“{one}”" for one in known[:_MOST_NAMED]), len(known) - _MOST_NAMED
    return f"There {'is' if len(known) == 1 else 'are'} {listed or 'none'}{f' and {more:,} more' if more > 0 else ''}."
