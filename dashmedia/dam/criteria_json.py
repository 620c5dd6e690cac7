"""Criteria as the API writes them, and back. What is not exactly a criterion of v2 is refused by name."""

from __future__ import annotations

from typing import Any

from dashmedia.dam import wire
from dashmedia.dam.criteria import (
    And,
    AnyOf,
    Criterion,
    Equals,
    IsEmpty,
    MatchAll,
    Matches,
    Not,
    Or,
    Range,
)
from dashmedia.dam.field_refs import Custom, FieldRef, Fixed, Plain
from dashmedia.errors import CriterionError
from dashmedia.members import describe

#: How deep criteria may be nested in what is read.
MAX_DEPTH = 50

#: Members of each type, beside `type`.
_MEMBERS = {
    wire.MATCH_ALL: (),
    wire.AND: (wire.CRITERIA,),
    wire.OR: (wire.CRITERIA,),
    wire.NOT: (wire.NEGATED,),
    wire.EQUALS: (wire.FIELD, wire.VALUE),
    wire.ANY_OF: (wire.FIELD, wire.VALUES),
    wire.MATCHES: (wire.FIELD, wire.VALUE),
    wire.IS_EMPTY: (wire.FIELD,),
    wire.RANGE: (wire.FIELD, wire.SINCE, wire.UNTIL),
}
_OPTIONAL = {wire.SINCE, wire.UNTIL}


def criterion_to_json(criterion: Criterion) -> dict[str, Any]:
    """The criterion as the API writes it."""
    match criterion:
        case MatchAll():
            return {"type": wire.MATCH_ALL}
        case And(criteria):
            return {"type": wire.AND, wire.CRITERIA: [criterion_to_json(one) for one in criteria]}
        case Or(criteria):
            return {"type": wire.OR, wire.CRITERIA: [criterion_to_json(one) for one in criteria]}
        case Not(inner):
            return {"type": wire.NOT, wire.NEGATED: criterion_to_json(inner)}
    return _comparison_to_json(criterion)


def _comparison_to_json(criterion: Equals | AnyOf | Matches | IsEmpty | Range) -> dict[str, Any]:
    field = {wire.FIELD: field_to_json(criterion.field)}
    match criterion:
        case Equals(_, value):
            return {"type": wire.EQUALS} | field | {wire.VALUE: value}
        case AnyOf(_, values):
            return {"type": wire.ANY_OF} | field | {wire.VALUES: list(values)}
        case Matches(_, value):
            return {"type": wire.MATCHES} | field | {wire.VALUE: value}
        case Range(_, since, until):
            ends = {wire.SINCE: since, wire.UNTIL: until}
            return {"type": wire.RANGE} | field | {name: end for name, end in ends.items() if end is not None}
    return {"type": wire.IS_EMPTY} | field


def field_to_json(field: FieldRef) -> dict[str, str] | str:
    """The field as the API names it in criteria, sorts and aggregations."""
    match field:
        case Fixed(name):
            return {"type": wire.FIXED, wire.FIXED_NAME: name}
        case Custom(field_id):
            return {"type": wire.CUSTOM, wire.CUSTOM_ID: field_id}
    return field.name


def criterion_from_json(value: Any, *, depth: int = 0) -> Criterion:
    """The criterion that the API would write so.

    Raises:
        CriterionError: it is none of v2; with the name of v2 where it is one of v1.
    """
    if depth > MAX_DEPTH:
        raise CriterionError(f"The criterion is nested more than {MAX_DEPTH} deep; write it flatter.")
    kind = _checked_type(value)
    match kind:
        case wire.MATCH_ALL:
            return MatchAll()
        case wire.AND:
            return And(_criteria(value, depth))
        case wire.OR:
            return Or(_criteria(value, depth))
        case wire.NOT:
            return Not(criterion_from_json(value[wire.NEGATED], depth=depth + 1))
    return _comparison_from_json(kind, field_from_json(value[wire.FIELD]), value)


def field_from_json(value: Any) -> FieldRef:
    """The field that the API would name so.

    Raises:
        CriterionError: it is none of v2.
    """
    if isinstance(value, str):
        return Plain(value)
    if isinstance(value, dict):
        kind, members = value.get("type"), value.keys() - {"type"}
        if kind == wire.FIXED and members == {wire.FIXED_NAME}:
            return Fixed(value[wire.FIXED_NAME])
        if kind == wire.CUSTOM and members == {wire.CUSTOM_ID}:
            return Custom(value[wire.CUSTOM_ID])
        if kind == wire.V1_CUSTOM:
            raise CriterionError(
                f'A field of type {wire.V1_CUSTOM} is of API v1; in v2 it is {{"type": "{wire.CUSTOM}", "{wire.CUSTOM_ID}": …}}.'
            )
    raise CriterionError(
        f"A criterion names its field by {describe(value)}; expected {wire.FIXED}, {wire.CUSTOM} or a word."
    )


def _comparison_from_json(kind: str, field: FieldRef, value: dict[str, Any]) -> Criterion:
    match kind:
        case wire.EQUALS:
            return Equals(field, value[wire.VALUE])
        case wire.ANY_OF:
            return AnyOf(field, value[wire.VALUES])
        case wire.MATCHES:
            return Matches(field, value[wire.VALUE])
        case wire.RANGE:
            return Range(field, value.get(wire.SINCE), value.get(wire.UNTIL))
    return IsEmpty(field)


def _criteria(value: dict[str, Any], depth: int) -> tuple[Criterion, ...]:
    parts = value[wire.CRITERIA]
    if not isinstance(parts, list):
        raise CriterionError(f"{value['type']} has {describe(parts)} as {wire.CRITERIA}; expected a list.")
    return tuple(criterion_from_json(part, depth=depth + 1) for part in parts)


def _checked_type(value: Any) -> str:
    """The type of a criterion that has all the members of its type and no other: a misspelt one would be overlooked."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _MEMBERS:
        seen = kind if isinstance(kind, str) else describe(value)
        raise CriterionError(f"{seen} is no criterion; expected one of {', '.join(_MEMBERS)}.")
    members = value.keys() - {"type"}
    for name in sorted(members - set(_MEMBERS[kind])):
        raise CriterionError(f"{kind} has no member {name}; expected {', '.join(_MEMBERS[kind]) or 'none'}.")
    for name in sorted(set(_MEMBERS[kind]) - members - _OPTIONAL):
        raise CriterionError(f"{kind} has no {name}; it needs one.")
    return kind
