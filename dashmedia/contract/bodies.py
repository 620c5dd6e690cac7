"""What we send, held against the schema of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashmedia.contract.findings import alike, exceeded, finding, fits, place, type_of, types_of
from dashmedia.contract.recording import ENTRY, KEY, Path
from dashmedia.contract.report import Difference, Kind, Weight
from dashmedia.contract.schemas import Shape, shapes_of, words_of
from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.contract.document import Document

#: Entries of a list that are looked at; of the longest lists that we send all are of one kind.
_ENTRIES = 20


@dataclass
class Vocabulary:
    """Enumerated words by the set of them, with what we send of it, and where it was first met."""

    first_place: dict[frozenset[str], str] = field(default_factory=dict)
    sent: dict[frozenset[str], set[str]] = field(default_factory=dict)

    def add(self, allowed: frozenset[str], word: str, where: str) -> None:
        """`word` is sent where only these are allowed."""
        self.first_place.setdefault(allowed, where)
        self.sent.setdefault(allowed, set()).add(word)

    def unsent(self) -> list[Difference]:
        """Words that we have no use for."""
        return [
            finding(Kind.WORD, Weight.NOTE, where, "not sent", f"also allows {', '.join(sorted(more))}")
            for allowed, where in self.first_place.items()
            if (more := allowed - self.sent[allowed])
        ]


class BodyCheck:
    """Compares the bodies of one call with the schema that the file gives.

    Args:
        document: the file.
        endpoint: the call, for messages.
        vocabulary: gathers words over all calls.
        todo: where our spelling is.
    """

    def __init__(self, document: Document, endpoint: str, vocabulary: Vocabulary, todo: str) -> None:
        self._document, self._endpoint, self._vocabulary, self._todo = document, endpoint, vocabulary, todo
        self._members: dict[Path, tuple[set[str], set[str]]] = {}

    def compare(self, bodies: Iterable[Any], raw: Any) -> list[Difference]:
        """Every difference, and the optional members that none of the bodies has."""
        found = [one for body in bodies for one in self._value(body, raw, ())]
        for path, (known, sent) in self._members.items():
            if more := sorted(known - sent):
                where = place(self._endpoint, "request", path)
                found.append(finding(Kind.MORE, Weight.NOTE, where, "not sent", f"also takes {', '.join(more)}"))
        return found

    def _value(self, value: Any, raw: Any, path: Path) -> list[Difference]:
        shapes = shapes_of(self._document, raw)
        if value is None and any(shape.takes_null or not (shape.types or shape.words) for shape in shapes):
            return []
        fitting = [shape for shape in shapes if fits(value, shape) and not shape.is_null]
        if not fitting:
            kind = Kind.NULL if value is None else Kind.TYPE
            return [self._breaks(kind, path, type_of(value), types_of(shapes))]
        if isinstance(value, dict):
            return self._object(value, fitting, path)
        if isinstance(value, list):
            return self._list(value, fitting, path)
        return self._leaf(value, fitting, path)

    def _leaf(self, value: Any, shapes: list[Shape], path: Path) -> list[Difference]:
        words = words_of(shapes)
        if isinstance(value, str) and words is not None:
            return self._word(value, words, path)
        return self._bounds(value, shapes, path)

    def _word(self, word: str, allowed: frozenset[str], path: Path) -> list[Difference]:
        where = place(self._endpoint, "request", path)
        self._vocabulary.add(allowed, word, where)
        if word in allowed:
            return []
        new = alike(word, allowed)
        theirs = f"{', '.join(sorted(allowed))}" + (f"; perhaps it is now {new}" if new else "")
        return [self._breaks(Kind.WORD, path, word, theirs)]

    def _bounds(self, value: Any, shapes: list[Shape], path: Path) -> list[Difference]:
        broken = min((exceeded(value, shape) for shape in shapes), key=len)
        ours = f"{len(value):,} entries" if isinstance(value, list) else clip(str(value), 60)
        return [self._breaks(Kind.LIMIT, path, ours, bound) for bound in broken]

    def _list(self, value: list[Any], shapes: list[Shape], path: Path) -> list[Difference]:
        found = self._bounds(value, shapes, path)
        items = [shape.items for shape in shapes if shape.items is not None]
        if items:
            raw = items[0] if len(items) == 1 else {"anyOf": items}
            found += [one for entry in value[:_ENTRIES] for one in self._value(entry, raw, (*path, ENTRY))]
        return found

    def _object(self, value: dict[str, Any], shapes: list[Shape], path: Path) -> list[Difference]:
        left, wrong = self._by_tag(value, shapes, path)
        if wrong:
            return wrong
        found = [(self._members_of(value, shape, path), shape) for shape in left]
        best, shape = min(found, key=lambda one: len(one[0]))
        known, sent = self._members.setdefault(path, (set(), set()))
        if len(left) == len(shapes):
            # Of forms told apart by a word only the members of those that we send are of interest.
            known.update(shape.properties)
            sent.update(value, shape.required)
        return best

    def _by_tag(self, value: dict[str, Any], shapes: list[Shape], path: Path) -> tuple[list[Shape], list[Difference]]:
        """The forms whose fixed words are those of the value; what is wrong with the word when there is none."""
        left = shapes
        for name, told in value.items() if len(shapes) > 1 else ():
            tagged = {id(shape): words for shape in left if (words := self._fixed(shape, name)) is not None}
            if not isinstance(told, str) or not tagged:
                continue
            self._vocabulary.add(
                allowed := frozenset().union(*tagged.values()), told, place(self._endpoint, "request", (*path, name))
            )
            left_now = [shape for shape in left if told in tagged.get(id(shape), {told})]
            if not left_now:
                return [], self._word(told, allowed, (*path, name))
            left = left_now
        return left, []

    def _fixed(self, shape: Shape, name: str) -> frozenset[str] | None:
        return words_of(shapes_of(self._document, shape.properties[name])) if name in shape.properties else None

    def _members_of(self, value: dict[str, Any], shape: Shape, path: Path) -> list[Difference]:
        found: list[Difference] = []
        unknown: list[str] = []
        for name, one in value.items():
            if name in shape.properties:
                found += self._value(one, shape.properties[name], (*path, name))
            elif isinstance(shape.additional, dict):
                found += self._value(one, shape.additional, (*path, KEY))
            elif shape.tells_members and shape.additional is not True:
                unknown.append(name)
        return found + self._strangers(value, shape, path, unknown)

    def _strangers(self, value: dict[str, Any], shape: Shape, path: Path, unknown: list[str]) -> list[Difference]:
        """Members that one side does not have, each old name with its new one where that is plain."""
        found: list[Difference] = []
        missing = sorted(shape.required - value.keys())
        for name in unknown:
            free = [one for one in shape.properties if one not in value and self._takes(value[name], shape, one)]
            wanted = [one for one in free if one in missing]
            new = alike(name, free) or (wanted[0] if len(wanted) == 1 and len(unknown) == 1 else None)
            if new in missing:
                missing.remove(new)
            kind, theirs = (Kind.RENAMED, new) if new else (Kind.MEMBER, "unknown")
            found.append(self._breaks(kind, (*path, name), "sent", theirs))
        return found + [self._breaks(Kind.REQUIRED, (*path, name), "never sent", "required") for name in missing]

    def _takes(self, value: Any, shape: Shape, name: str) -> bool:
        return any(fits(value, one) for one in shapes_of(self._document, shape.properties[name]))

    def _breaks(self, kind: Kind, path: Path, ours: str, theirs: str) -> Difference:
        return finding(kind, Weight.BREAKS, place(self._endpoint, "request", path), ours, theirs, self._todo)
