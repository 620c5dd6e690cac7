"""What is seen at one place, before the same thing at several places becomes one difference."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from dashmedia.contract.recording import spelled
from dashmedia.contract.report import Difference, Kind, Weight
from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.contract.recording import Path
    from dashmedia.contract.schemas import Shape

#: How alike two names are, 0 to 1, when one may be the other's new form. Ours: `fileName` and `filename` are 1.
_ALIKE = 0.6
#: Characters that say something: `id` is in too many names.
_TELLING = 4

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", type(None): "null"}


def place(endpoint: str, side: str, path: Path = ()) -> str:
    """Where a difference is, in words."""
    return f"{endpoint} {side} {spelled(path)}" if path else f"{endpoint} {side}".strip()


def finding(kind: Kind, weight: Weight, where: str, ours: str, theirs: str, todo: str = "") -> Difference:
    """A difference at one place; both sides are clipped."""
    return Difference(kind=kind, weight=weight, places=(where,), ours=clip(ours), theirs=clip(theirs), todo=todo)


def gathered(found: Iterable[Difference]) -> tuple[Difference, ...]:
    """The same thing at several places is one difference; worst first, else in order of appearance."""
    groups: dict[tuple[Any, ...], list[Difference]] = {}
    for one in found:
        groups.setdefault((one.weight, one.kind, one.ours, one.theirs, one.todo), []).append(one)
    merged = [
        same[0].model_copy(update={"places": tuple(dict.fromkeys(at for one in same for at in one.places))})
        for same in groups.values()
    ]
    order = list(Weight)
    return tuple(sorted(merged, key=lambda one: order.index(one.weight)))


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    return "object" if isinstance(value, Mapping) else _TYPES[type(value)]


def fits(value: Any, shape: Shape) -> bool:
    """Whether the type of a value is one that the form has."""
    own = type_of(value)
    return not shape.types or own in shape.types or (own == "integer" and "number" in shape.types)


def types_of(shapes: Iterable[Shape]) -> str:
    """The types of forms, in words."""
    return " or ".join(dict.fromkeys(name for shape in shapes for name in sorted(shape.types))) or "anything"


def alike(name: str, others: Iterable[str]) -> str | None:
    """The name that is most like this one, if one is; case and underscores do not count."""
    best = max(((_likeness(_bare(name), _bare(other)), other) for other in others), default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    """0 to 1; a name that only grew, as `from` to `fromInclusive`, is just alike."""
    short, long = sorted((one, other), key=len)
    grew = len(short) >= _TELLING and (long.startswith(short) or long.endswith(short))
    return max(SequenceMatcher(None, one, other).ratio(), _ALIKE if grew else 0.0)


def exceeded(value: Any, shape: Shape) -> list[str]:
    """The bounds that a value does not keep, such as `maximum 500`."""
    if not shape.bounds:
        return []
    checker = Draft202012Validator(shape.bounds, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return sorted({f"{error.validator} {error.validator_value}" for error in checker.iter_errors(value)})


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
