"""A value as a schema describes it, to be tried on our readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashmedia.contract.schemas import shapes_of

if TYPE_CHECKING:
    from dashmedia.contract.document import Document
    from dashmedia.contract.schemas import Shape

#: How deep an example goes: readers look no deeper into what is of a type they do not expect.
_DEPTH = 6

_TEXTS = {"date-time": "2031-02-17T09:24:01.417Z", "date": "2031-02-17", "uri": "https://storage.example/1"}


def example_of(document: Document, raw: Any, depth: int = _DEPTH) -> Any:
    """A value of the first form that is not null."""
    shapes = [shape for shape in shapes_of(document, raw) if not shape.is_null]
    return _example(document, shapes[0], depth) if shapes else None


def _example(document: Document, shape: Shape, depth: int) -> Any:
    if shape.words:
        return shape.words[0]
    kind = next(iter(sorted(shape.types - {"null"})), "object" if shape.properties else "string")
    if kind == "object":
        told = shape.properties if depth else {}
        return {name: example_of(document, raw, depth - 1) for name, raw in told.items()}
    if kind == "array":
        return [example_of(document, shape.items, depth - 1)] if shape.items is not None and depth else []
    plain = {"integer": 11, "number": 11.5, "boolean": True}
    return plain.get(kind, _TEXTS.get(str(shape.bounds.get("format")), "text"))
