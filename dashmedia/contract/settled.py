"""Decisions on which a vendor's file has the last word: what we decided, and what the file says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashmedia.contract.decisions import DECISIONS, Decision
from dashmedia.contract.findings import place
from dashmedia.contract.recording import ENTRY, KEY, ByKey, Path
from dashmedia.contract.report import Difference, Settled, System
from dashmedia.contract.schemas import Shape, shapes_of, words_of
from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dashmedia.contract.document import Document


#: What a file says of a value that it leaves open.
_SAYS_NOTHING = {"", "string", "integer", "number", "object", "a list"}

#: Entries of a list that are looked at; of our longest ones all are of one kind.
_ENTRIES = 20

#: Characters of either side that are shown.
_MOST = 400


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a call.

    Attributes:
        decided: what we send, or the answer as we decided it.
        seen: the same, or that shape of the answer that is nearest to the file.
        schema: of the file.
    """

    decided: list[Any]
    seen: list[Any]
    schema: Any


@dataclass
class Witness:
    """What the file says of each side of each call that it describes."""

    document: Document
    sides: dict[tuple[str, str], list[Side]] = field(default_factory=dict)

    def add(self, endpoint: str, side: str, told: Side) -> None:
        """One schema of a call."""
        self.sides.setdefault((endpoint, side), []).append(told)


def settle(system: System, witness: Witness, found: Iterable[Difference]) -> tuple[Settled, ...]:
    """Each decision on which the file says something; it agrees when no difference stands at that place or below it."""
    places = [at for one in found for at in one.places]
    settled = (
        settled
        for decision in DECISIONS[system]
        for side in witness.sides.get((decision.endpoint, decision.side), ())
        if (settled := _settled(decision, side, witness.document, places)) is not None
    )
    return tuple({(one.subject, one.says, one.agrees): one for one in settled}.values())


def _settled(decision: Decision, side: Side, document: Document, places: list[str]) -> Settled | None:
    ours, seen = ([one for value in told for one in _at(value, decision.path)] for told in (side.decided, side.seen))
    theirs = list(_schemas_at(document, [side.schema], decision.path))
    if not ours or (says := _schemas_in_words(document, theirs)) in _SAYS_NOTHING:
        return None
    where = place(decision.endpoint, decision.side, decision.path)
    prefix = where if decision.path else f"{decision.endpoint} {decision.side}"
    return Settled(
        subject=decision.subject,
        decided=clip(_values_in_words(ours), _MOST),
        says=clip(says, _MOST),
        agrees=_values_in_words(ours) == _values_in_words(seen) and not any(_is_below(at, prefix) for at in places),
    )


def _is_below(at: str, prefix: str) -> bool:
    return at.startswith(prefix) and at[len(prefix) : len(prefix) + 1] in {"", ".", "[", " "}


def _at(value: Any, path: Path) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == ENTRY:
        for entry in value[:_ENTRIES] if isinstance(value, list) else ():
            yield from _at(entry, path[1:])
    elif isinstance(value, dict):
        for one in value.values() if path[0] == KEY else [value[path[0]]] if path[0] in value else []:
            yield from _at(one, path[1:])


def _schemas_at(document: Document, raws: list[Any], path: Path) -> Iterator[Any]:
    if not path:
        yield from raws
        return
    shapes = [shape for raw in raws for shape in shapes_of(document, raw)]
    inner = [found for shape in shapes if (found := _step(shape, path[0])) is not None]
    yield from _schemas_at(document, inner, path[1:]) if inner else ()


def _step(shape: Shape, step: str) -> Any:
    if step == ENTRY:
        return shape.items
    return shape.additional if step == KEY and isinstance(shape.additional, dict) else shape.properties.get(step)


def _values_in_words(values: list[Any]) -> str:
    return " or ".join(dict.fromkeys(map(_value_in_words, values)))


def _value_in_words(value: Any) -> str:
    if isinstance(value, ByKey):
        return "an object by id"
    if isinstance(value, dict):
        tag = value.get("type")
        names = ", ".join(name for name in value if name != "type" or not isinstance(tag, str))
        return _tagged(tag, names) if isinstance(tag, str) else f"{{{names}}}"
    return "a list" if isinstance(value, list) else str(value)


def _schemas_in_words(document: Document, raws: list[Any]) -> str:
    shapes = [shape for raw in raws for shape in shapes_of(document, raw) if not shape.is_null]
    return " or ".join(dict.fromkeys(text for shape in shapes if (text := _shape_in_words(document, shape))))


def _shape_in_words(document: Document, shape: Shape) -> str:
    words = words_of([shape])
    if words is not None:
        return " or ".join(sorted(words))
    if shape.properties:
        tags = words_of(shapes_of(document, shape.properties["type"])) if "type" in shape.properties else None
        names = ", ".join(name for name in shape.properties if name != "type" or tags is None)
        return _tagged(" or ".join(sorted(tags)), names) if tags else f"{{{names}}}"
    if isinstance(shape.additional, dict):
        return "an object by id"
    kinds = " or ".join(sorted(shape.types - {"null"}))
    shown = shape.bounds.get("format")
    return {"array": "a list"}.get(kinds, kinds) + (f" ({shown})" if shown else "")


def _tagged(words: str, names: str) -> str:
    return f"{words} ({names})" if names else words
