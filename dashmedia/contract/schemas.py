"""Schemas of a document as one flat thing each: references followed, `allOf` merged, alternatives side by side.

OpenAPI 3.0 and 3.1 differ in how they write null and bounds; here they no longer do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dashmedia.errors import ContractFileError
from dashmedia.members import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dashmedia.contract.document import Document

#: Alternatives of one schema, all nested ones counted. Ours: a criterion has about ten.
_MOST_SHAPES = 256

#: Members that bound a value, as JSON Schema 2020-12 has them.
BOUNDS = (
    "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf",
    "maxLength", "minLength", "pattern", "maxItems", "minItems", "format",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the forms that a value may have.

    Attributes:
        types: JSON types; none is any.
        words: enumerated values; None is any.
        properties: raw schemas by name.
        required: names that must be there.
        additional: the raw schema of other members; None when the file does not tell.
        items: the raw schema of a list's entries; None when the file does not tell.
        bounds: see `BOUNDS`.
        is_deprecated: the vendor means to take it away.
    """

    types: frozenset[str] = frozenset()
    words: tuple[Any, ...] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Any = None
    items: Any = None
    bounds: dict[str, Any] = field(default_factory=dict)
    is_deprecated: bool = False

    @property
    def is_null(self) -> bool:
        """Nothing but null."""
        return self.types == {"null"} or self.words == (None,)

    @property
    def takes_null(self) -> bool:
        """Null among others."""
        return "null" in self.types or None in (self.words or ())

    @property
    def tells_members(self) -> bool:
        """Whether it says which members an object has."""
        return bool(self.properties) or self.additional is False


def shapes_of(document: Document, raw: Any) -> list[Shape]:
    """Every form that the schema allows; null, where it is allowed, as the last or within the others.

    Raises:
        ContractFileError: a reference leads nowhere, or there are too many alternatives.
    """
    if id(raw) not in document.shapes:
        document.shapes[id(raw)] = raw, _Reader(document).read(raw, frozenset())
    found: list[Shape] = document.shapes[id(raw)][1]
    return found


def takes_null(shapes: Iterable[Shape]) -> bool:
    """Whether one of them says that null is possible. A schema without a type says nothing."""
    return any(shape.takes_null for shape in shapes)


def words_of(shapes: Sequence[Shape]) -> frozenset[str] | None:
    """All enumerated texts; None when one of the forms takes any text."""
    told = [shape for shape in shapes if not shape.is_null and (not shape.types or "string" in shape.types)]
    if not told or any(shape.words is None for shape in told):
        return None
    return frozenset(word for shape in told for word in shape.words or () if isinstance(word, str))


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self, raw: Any, open_refs: frozenset[str]) -> list[Shape]:
        """`open_refs` are being read: what contains itself is not entered again."""
        if not isinstance(raw, dict):
            return [] if raw is False else [Shape()]
        ref = raw.get("$ref")
        if isinstance(ref, str):
            if ref in open_refs:
                return [Shape()]
            target = self.read(self._document.at(ref), open_refs | {ref})
            beside = {name: value for name, value in raw.items() if name not in {"$ref", "description", "summary"}}
            return self._all([target, self.read(beside, open_refs)]) if beside else target
        groups = [[_plain(raw)], *(self.read(one, open_refs) for one in _listed(raw, "allOf"))]
        groups += [self._choice(raw, key, open_refs) for key in ("oneOf", "anyOf") if _listed(raw, key)]
        if not any(_listed(raw, key) for key in ("oneOf", "anyOf")) and (tags := _mapping(raw)):
            groups.append(self._children(raw, tags, open_refs))
        shapes = self._all(groups)
        return [*shapes, Shape(types=frozenset({"null"}))] if raw.get("nullable") is True else shapes

    def _choice(self, raw: dict[str, Any], key: str, open_refs: frozenset[str]) -> list[Shape]:
        found: list[Shape] = []
        for option in _listed(raw, key):
            found += _tagged(raw, option, self.read(option, open_refs))
        return self._checked(found)

    def _children(self, raw: dict[str, Any], tags: dict[str, str], open_refs: frozenset[str]) -> list[Shape]:
        """The forms that a discriminator names without `oneOf`: each child refers to its parent by `allOf`."""
        found: list[Shape] = []
        for ref in dict.fromkeys(tags.values()):
            if ref not in open_refs:
                found += _tagged(raw, {"$ref": ref}, self.read({"$ref": ref}, open_refs))
        return self._checked(found) or [Shape()]

    def _all(self, groups: Sequence[list[Shape]]) -> list[Shape]:
        found = groups[0]
        for group in groups[1:]:
            found = self._checked([merged for one in found for other in group if (merged := _merged(one, other))])
        return found

    def _checked(self, shapes: list[Shape]) -> list[Shape]:
        if len(shapes) > _MOST_SHAPES:
            seen = f"one of its schemas has more than {_MOST_SHAPES} alternatives"
            raise ContractFileError(self._document.name, seen)
        return shapes


def _plain(raw: dict[str, Any]) -> Shape:
    told = raw.get("type")
    types = frozenset(_texts(told) or _texts([told]))
    words = (raw["const"],) if "const" in raw else tuple(raw["enum"]) if isinstance(raw.get("enum"), list) else None
    bounds = {name: raw[name] for name in BOUNDS if name in raw and _can_be_kept(name, raw[name])}
    for end, plain in (("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")):
        # OpenAPI 3.0: a claim about the bound beside it.
        if isinstance(bounds.get(end), bool) and bounds.pop(end) and plain in bounds:
            bounds[end] = bounds.pop(plain)
    return Shape(
        types=types,
        words=words,
        properties=dict(as_object(raw.get("properties"))),
        required=frozenset(_texts(raw.get("required"))),
        additional=raw.get("additionalProperties", raw.get("unevaluatedProperties")),
        items=raw.get("items"),
        bounds=bounds,
        is_deprecated=raw.get("deprecated") is True,
    )


def _merged(one: Shape, other: Shape) -> Shape | None:
    """What both allow; None when that is nothing."""
    types = one.types & other.types if one.types and other.types else one.types | other.types
    if one.types and other.types and not types:
        return None
    words = one.words if other.words is None else other.words
    if one.words is not None and other.words is not None:
        words = tuple(word for word in one.words if word in other.words)
        if not words:
            return None
    properties = dict(one.properties)
    for name, raw in other.properties.items():
        properties[name] = {"allOf": [properties[name], raw]} if name in properties else raw
    open_ends = [end for end in (one.additional, other.additional) if end is not None]
    return replace(
        one,
        types=types,
        words=words,
        properties=properties,
        required=one.required | other.required,
        additional=False if False in open_ends else open_ends[0] if open_ends else None,
        items={"allOf": [one.items, other.items]} if one.items and other.items else one.items or other.items,
        bounds=one.bounds | other.bounds,
        is_deprecated=one.is_deprecated or other.is_deprecated,
    )


def _can_be_kept(name: str, bound: Any) -> bool:
    """Whether a bound is one that values can be held against; some patterns are of other languages than Python's."""
    if name == "pattern":
        try:
            return isinstance(bound, str) and bool(re.compile(bound))
        except re.error:
            return False
    if name == "format":
        return isinstance(bound, str)
    if isinstance(bound, bool):
        return name.startswith("exclusive")
    return isinstance(bound, int | float) and (name != "multipleOf" or bound > 0)


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _listed(raw: dict[str, Any], key: str) -> list[Any]:
    found = raw.get(key)
    return found if isinstance(found, list) else []


def _mapping(raw: dict[str, Any]) -> dict[str, str]:
    """Tags of a discriminator and the references they stand for."""
    told = as_object(as_object(raw.get("discriminator")).get("mapping"))
    return {tag: ref if "#" in str(ref) else f"#/components/schemas/{ref}" for tag, ref in told.items()}


def _tagged(raw: dict[str, Any], option: Any, shapes: list[Shape]) -> list[Shape]:
    """The forms of an option with the word that the discriminator gives it, unless they have one of their own."""
    member, ref = as_object(raw.get("discriminator")).get("propertyName"), as_object(option).get("$ref")
    if not isinstance(member, str) or not isinstance(ref, str):
        return shapes
    tags = [tag for tag, target in _mapping(raw).items() if target == ref] or [ref.rpartition("/")[2]]

    def tagged(shape: Shape) -> Shape:
        known = as_object(shape.properties.get(member))
        if shape.is_null or "enum" in known or "const" in known:
            return shape
        return replace(shape, properties=shape.properties | {member: {"type": "string", "enum": tags}})

    return [tagged(shape) for shape in shapes]
