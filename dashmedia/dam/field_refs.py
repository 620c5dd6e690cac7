"""Fields as criteria, sorts and aggregations name them."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashmedia.dam import wire
from dashmedia.errors import CriterionError


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name:
        raise CriterionError(f"A field is named {name!r}; expected its name as the API spells it.")
    if name in wire.V1_FIELDS:
        raise CriterionError(f"{name} is a field of API v1; in v2 it is called {wire.V1_FIELDS[name]}.")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A built-in property of an asset, such as `LIFECYCLE_STATE`.

    Raises:
        CriterionError: the name is one of API v1.
    """

    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Custom:
    """A field that the account made itself. `label` is its name, for people; it makes no difference to equality."""

    field_id: str
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.field_id, str) or not self.field_id:
            raise CriterionError(f"A custom field has the id {self.field_id!r}; expected its UUID.")

    def __str__(self) -> str:
        return f"“{self.label}”" if self.label else f"field {self.field_id}"


@dataclass(frozen=True, slots=True)
class Plain:
    """A property of anything but an asset: download events, field options, collections.

    Raises:
        CriterionError: the name is one of API v1.
    """

    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


FieldRef = Fixed | Custom | Plain
