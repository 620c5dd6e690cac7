"""What to search for, as values: `Equals(Fixed("FILE_TYPE"), "IMAGE") & ~IsEmpty(Custom(title_id))`.

Criteria are frozen and compare by content. `str()` says them in words; `criteria_json` writes and reads them as the API
does. What the service might take for "everything" by mistake, such as an empty choice, cannot be made.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as member
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.errors import CriterionError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dashmedia.dam.field_refs import FieldRef

#: Values that a sentence names; the rest is counted.
_MOST_NAMED = 5


class _Composable:
    """`&`, `|` and `~` of criteria."""

    __slots__ = ()

    def __and__(self, other: Criterion) -> And:
        return And((*_parts(self, And), *_parts(other, And)))

    def __or__(self, other: Criterion) -> Or:
        return Or((*_parts(self, Or), *_parts(other, Or)))

    def __invert__(self) -> Criterion:
        return self.criterion if isinstance(self, Not) else Not(self)  # type: ignore[arg-type]  # every subclass is one


@dataclass(frozen=True, slots=True)
class MatchAll(_Composable):
    """Everything; of assets, everything that is LIVE."""

    def __str__(self) -> str:
        return "everything"


@dataclass(frozen=True, slots=True)
class Equals(_Composable):
    """One of the field's values is this one, exactly. `label` is what people call it, and makes no difference to equality."""

    field: FieldRef
    value: str
    label: str = member(default="", compare=False)

    def __post_init__(self) -> None:
        _check_value(self.field, self.value)

    def __str__(self) -> str:
        return f"{self.field} is {self.label or self.value}"


@dataclass(frozen=True, slots=True)
class AnyOf(_Composable):
    """One of the field's values is one of these. `labels` is what people call them, and makes no difference to equality.

    Raises:
        CriterionError: there are none.
    """

    field: FieldRef
    values: tuple[str, ...]
    labels: tuple[str, ...] = member(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _as_tuple(self.values))
        if not self.values:
            raise CriterionError(
                f"{self.field} is to be one of no values; name at least one, or leave the criterion out."
            )
        for value in self.values:
            _check_value(self.field, value)

    def __str__(self) -> str:
        named, more = (self.labels or self.values)[:_MOST_NAMED], len(self.values) - _MOST_NAMED
        return f"{self.field} is {' or '.join(named)}" + (f" or {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Matches(_Composable):
    """The field matches a pattern or the words of a query, as the service reads them."""

    field: FieldRef
    value: str

    def __post_init__(self) -> None:
        _check_value(self.field, self.value)

    def __str__(self) -> str:
        return f"{self.field} matches “{self.value}”"


@dataclass(frozen=True, slots=True)
class IsEmpty(_Composable):
    """The field has no value."""

    field: FieldRef

    def __str__(self) -> str:
        return f"{self.field} is empty"


@dataclass(frozen=True, slots=True)
class Range(_Composable):
    """The field lies between two values as the API writes them; None is no limit.

    Whether a value equal to an end belongs to it is the service's own reading: ask for more, and look again.

    Raises:
        CriterionError: it has no end at all.
    """

    field: FieldRef
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if self.since is None and self.until is None:
            raise CriterionError(f"The range of {self.field} has no end; give it one, or leave the criterion out.")
        for end in (self.since, self.until):
            if end is not None:
                _check_value(self.field, end)

    @classmethod
    def of_times(cls, at: FieldRef, since: datetime | None = None, until: datetime | None = None) -> Range:
        """Between two instants.

        Raises:
            CriterionError: one has no time zone, or parts of a millisecond, which the API does not write.
        """
        return cls(at, *(None if end is None else _instant_text(end) for end in (since, until)))

    def __str__(self) -> str:
        since = "" if self.since is None else f" from {self.since}"
        return f"{self.field}{since}" + (" on" if self.until is None else f" to {self.until}")


@dataclass(frozen=True, slots=True)
class And(_Composable):
    """All of them; none at all is everything."""

    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "criteria", _as_tuple(self.criteria))

    def __str__(self) -> str:
        return " and ".join(f"({one})" if isinstance(one, Or) else str(one) for one in self.criteria) or "everything"


@dataclass(frozen=True, slots=True)
class Or(_Composable):
    """Any of them.

    Raises:
        CriterionError: there are none.
    """

    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "criteria", _as_tuple(self.criteria))
        if not self.criteria:
            raise CriterionError("A choice between no criteria was made; name at least one, or leave it out.")

    def __str__(self) -> str:
        return " or ".join(f"({one})" if isinstance(one, And) else str(one) for one in self.criteria)


@dataclass(frozen=True, slots=True)
class Not(_Composable):
    """Whatever the criterion does not match, also what has no value."""

    criterion: Criterion

    def __str__(self) -> str:
        return f"not ({self.criterion})"


Criterion = MatchAll | Equals | AnyOf | Matches | IsEmpty | Range | And | Or | Not


def one_of(named: FieldRef, values: Iterable[str]) -> Equals | AnyOf:
    """`Equals` for a single value, `AnyOf` for several."""
    wanted = tuple(values)
    return Equals(named, wanted[0]) if len(wanted) == 1 else AnyOf(named, wanted)


def _parts(criterion: object, kind: type[And | Or]) -> tuple[Criterion, ...]:
    """What a criterion adds to a group of that kind: its own parts if it is one itself."""
    return criterion.criteria if isinstance(criterion, kind) else (criterion,)  # type: ignore[return-value]  # see above


def _as_tuple(values: object) -> tuple[object, ...]:
    """Lists are taken too; a single text is a slip, as its letters would become the values."""
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise CriterionError(f"{values!r} stands where a list is expected; write it in brackets.")
    return tuple(values)


def _check_value(named: FieldRef, value: str) -> None:
    if not isinstance(value, str) or not value:
        raise CriterionError(f"{named} is compared with {value!r}; expected text, or “is empty”.")


def _instant_text(at: datetime) -> str:
    if at.tzinfo is None or at.microsecond % 1000:
        raise CriterionError(f"{at.isoformat()} ends a range; expected a time with a zone, in whole milliseconds.")
    return wire.time_text(at)
