"""Changes of metadata that a batch job makes to every selected asset."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire
from dashmedia.dam.selectors import selector_to_json
from dashmedia.errors import CriterionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.dam.selectors import Selector


class Operation(StrEnum):
    """What is done with the values of a field."""

    ADD = wire.EDIT_ADD
    REMOVE = wire.EDIT_REMOVE
    REPLACE = wire.EDIT_REPLACE
    CLEAR = wire.EDIT_CLEAR


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation on one field.

    Attributes:
        values: text, or option ids where the field has fixed options; none for `CLEAR`, some for all others.

    Raises:
        CriterionError: values where there must be none, or none where there must be some.
    """

    operation: Operation
    field_id: str
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.values) is (self.operation is Operation.CLEAR):
            seen = f"{len(self.values)} values"
            expected = "none" if self.values else "at least one; to empty a field, use CLEAR"
            raise CriterionError(f"{self.operation} of field {self.field_id} has {seen}; expected {expected}.")


def edit_body(selector: Selector, edits: Sequence[Edit]) -> dict[str, Any]:
    """The body of a metadata edit job.

    Raises:
        CriterionError: there is no edit.
    """
    if not edits:
        raise CriterionError("A metadata edit job has no edits; name at least one.")
    told = [wire.edit(one.operation.value, one.field_id, one.values) for one in edits]
    return wire.edit_body(selector_to_json(selector), told)
