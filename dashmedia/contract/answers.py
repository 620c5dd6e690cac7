"""What we read, held against the schema of an answer: each change is tried on our own readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashmedia.contract.example import example_of
from dashmedia.contract.findings import alike, finding, fits, place, type_of, types_of
from dashmedia.contract.learning import sample_of
from dashmedia.contract.recording import ENTRY, KEY, ByKey, Path, spelled
from dashmedia.contract.report import Difference, Kind, Weight
from dashmedia.contract.schemas import Shape, shapes_of, takes_null, words_of
from dashmedia.contract.words import words_for

if TYPE_CHECKING:
    from dashmedia.contract.calls import Call
    from dashmedia.contract.document import Document
    from dashmedia.contract.learning import Sample

#: Weights from worst to best.
_ORDER = tuple(Weight)


class AnswerCheck:
    """Compares the answer of one call with the schema that the file gives.

    Args:
        document: the file.
        system: whose words are meant.
        endpoint: the call, for messages.
        todo: where our spelling is.
    """

    def __init__(self, document: Document, system: str, endpoint: str, todo: str) -> None:
        self._document, self._system, self._endpoint, self._todo = document, system, endpoint, todo
        self._matched = 0

    def compare(self, call: Call, raw: Any) -> tuple[list[Difference], Any]:
        """The differences to that shape of the answer of which the file has most, and the shape; the decided one if it will do."""
        tried: list[tuple[tuple[int, ...], list[Difference], Any]] = []
        for number, shape in enumerate(call.shapes):
            if shape is None:
                return [], None
            self._matched = 0
            found = self._value(sample_of(call, number), shape, raw, ())
            weights = (sum(one.weight is weight for one in found) for weight in _ORDER)
            tried.append(((-self._matched, *weights), found, shape))
            if not found:
                break
        return min(tried, key=lambda one: one[0])[1:]

    def _value(self, sample: Sample, value: Any, raw: Any, path: Path) -> list[Difference]:
        shapes = shapes_of(self._document, raw)
        found = self._null(sample, shapes, path)
        fitting = [shape for shape in shapes if fits(value, shape) and not shape.is_null]
        if not fitting:
            return found + self._type(sample, value, raw, shapes, path)
        if isinstance(value, ByKey):
            return found + self._map(sample, value, fitting, path)
        if isinstance(value, dict):
            return found + self._object(sample, value, fitting, path)
        if isinstance(value, list):
            items = [shape.items for shape in fitting if shape.items is not None]
            return found + [one for entry in value for one in self._inner(sample, entry, items, (*path, ENTRY))]
        self._matched += 1
        return found + self._words(value, fitting, path)

    def _inner(self, sample: Sample, value: Any, raws: list[Any], path: Path) -> list[Difference]:
        if not raws:
            return []
        return self._value(sample, value, raws[0] if len(raws) == 1 else {"anyOf": raws}, path)

    def _null(self, sample: Sample, shapes: list[Shape], path: Path) -> list[Difference]:
        is_member = bool(path) and path[-1] not in {ENTRY, KEY}
        if not is_member or not takes_null(shapes) or sample.takes(path, None) is not None:
            return []
        return [self._told(Kind.NULL, Weight.BREAKS, path, "always there", "may be null")]

    def _type(self, sample: Sample, value: Any, raw: Any, shapes: list[Shape], path: Path) -> list[Difference]:
        """Another type than ours; how bad that is, the reader itself tells."""
        taken = sample.takes(path, example_of(self._document, raw)) if path and path[-1] not in {ENTRY, KEY} else None
        weight = {None: Weight.BREAKS, False: Weight.WEAKENS, True: Weight.NOTE}[taken]
        understood = ", and the other one is understood" if taken else ""
        return [self._told(Kind.TYPE, weight, path, f"{type_of(value)}{understood}", types_of(shapes))]

    def _map(self, sample: Sample, value: ByKey, shapes: list[Shape], path: Path) -> list[Difference]:
        raws = [shape.additional for shape in shapes if isinstance(shape.additional, dict)]
        if not raws and any(shape.tells_members for shape in shapes):
            names = ", ".join(sorted({name for shape in shapes for name in shape.properties}))
            return [
                self._told(Kind.TYPE, Weight.BREAKS, path, "an object by ids", f"an object with {names or 'nothing'}")
            ]
        return [one for entry in value.values() for one in self._inner(sample, entry, raws, (*path, KEY))]

    def _object(self, sample: Sample, value: dict[str, Any], shapes: list[Shape], path: Path) -> list[Difference]:
        found: list[Difference] = []
        if not any(shape.tells_members or isinstance(shape.additional, dict) for shape in shapes):
            return [self._told(Kind.UNTOLD, Weight.NOTE, path, f"we read {', '.join(value)}", "any object")]
        known = {name for shape in shapes for name in shape.properties}
        for name, one in value.items():
            member = sample.member((*path, name))
            if not member.is_used:
                continue
            told = next((other for other in (name, *member.others) if other in known), None)
            if told is None:
                found += self._missing(value, shapes, (*path, name), is_needed=member.is_needed)
                continue
            if told != name:
                found.append(
                    self._told(Kind.RENAMED, Weight.NOTE, (*path, name), "this name, and the other is understood", told)
                )
            found += self._promise(shapes, told, (*path, name), is_needed=member.is_needed)
            raws = [shape.properties[told] for shape in shapes if told in shape.properties]
            found += self._inner(sample, one, raws, (*path, name)) if told == name else []
        return found

    def _promise(self, shapes: list[Shape], name: str, path: Path, *, is_needed: bool) -> list[Difference]:
        """Whether the member is sure to be there, and to stay."""
        found: list[Difference] = []
        if is_needed and any(shape.required for shape in shapes) and not any(name in one.required for one in shapes):
            found.append(self._told(Kind.REQUIRED, Weight.NOTE, path, "always there", "may be left out"))
        if any(one.is_deprecated for shape in shapes for one in self._of(shape, name)):
            found.append(self._told(Kind.MORE, Weight.NOTE, path, "read", "deprecated"))
        return found

    def _of(self, shape: Shape, name: str) -> list[Shape]:
        return shapes_of(self._document, shape.properties[name]) if name in shape.properties else []

    def _missing(self, value: dict[str, Any], shapes: list[Shape], path: Path, *, is_needed: bool) -> list[Difference]:
        own = value[path[-1]]
        free = {
            name
            for shape in shapes
            for name in shape.properties
            if name not in value and any(fits(own, one) for one in self._of(shape, name))
        }
        new = alike(path[-1], sorted(free)) or (free.pop() if len(free) == 1 else None)
        kind, theirs = (Kind.RENAMED, new) if new else (Kind.MEMBER, "unknown")
        weight = Weight.BREAKS if is_needed else Weight.WEAKENS
        return [self._told(kind, weight, path, "read" if is_needed else "read where it is there", theirs)]

    def _words(self, value: Any, shapes: list[Shape], path: Path) -> list[Difference]:
        theirs = words_of(shapes)
        if theirs is None or not isinstance(value, str):
            return []
        ours = words_for(self._system, self._endpoint, spelled(path))
        if ours is None:
            told = ", ".join(sorted(theirs))
            return [] if value in theirs else [self._told(Kind.WORD, Weight.NOTE, path, f"such as {value}", told)]
        plain = {word.upper() for word in theirs}
        found = [
            self._told(
                Kind.WORD,
                Weight.BREAKS,
                path,
                " or ".join(sorted(needed)),
                f"none of them, but {', '.join(sorted(theirs))}",
            )
            for needed in ours.needed
            if not needed & plain
        ]
        strange = sorted(plain - ours.known)
        if strange and ours.strange:
            found.append(
                self._told(
                    Kind.WORD, ours.strange, path, f"{', '.join(sorted(ours.known))}", f"also {', '.join(strange)}"
                )
            )
        return found

    def _told(self, kind: Kind, weight: Weight, path: Path, ours: str, theirs: str) -> Difference:
        todo = self._todo if weight is not Weight.NOTE else ""
        return finding(kind, weight, place(self._endpoint, "answer", path or ()), ours, theirs, todo)
