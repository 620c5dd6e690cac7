"""What an asset must satisfy to be moved, as people set it in the form, in JSON or in Python."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dashmedia.dam.criteria_json import criterion_from_json
from dashmedia.dam.transitions import Transition
from dashmedia.errors import CriterionError

#: A name of a field, folder or user, as people write it.
Name = Annotated[str, Field(min_length=1)]


class PromotionRule(BaseModel):
    """Which assets one transition is for (their scope), and what each of them must satisfy before it is moved.

    What is outside of the scope is not looked at. What is in it and misses a requirement is held back, with every reason.
    Field names are those of your account: the defaults fit the sandbox.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)

    name: Name = Field(title="Name", description="What the plan and the report call this rule.", max_length=80)
    transition: Transition = Field(title="Transition", description="From which state to which.")
    folder: Annotated[Name, Field(title="A folder")] | None = Field(
        None, title="Folder", description="Only assets in it or below it.", examples=["/UGC/2026-10"]
    )
    staged_by: tuple[Name, ...] = Field(
        (),
        title="Staged by",
        description="Only assets that one of these users staged: ids or e-mail addresses. Empty: all.",
    )
    file_types: tuple[Name, ...] = Field(
        (), title="File types", description="Only these kinds of files. Empty: all.", examples=[["IMAGE", "VIDEO"]]
    )
    criterion: Annotated[dict[str, Any], Field(title="JSON")] | None = Field(
        None,
        title="Extra criterion",
        description="Only assets that match it as well; JSON as the API writes it, version 2.",
    )
    minimum_age_hours: float = Field(
        0, ge=0, le=24 * 3660, title="Minimum age in hours", description="Since the asset came into the state it is in."
    )
    required_fields: tuple[Name, ...] = Field(
        (), title="Required fields", description="Each must have a value.", examples=[["Title", "Usage rights"]]
    )
    rights_field: Annotated[Name, Field(title="A field")] | None = Field(
        None, title="Rights expire in field", description="The date in it must not have passed. Empty: not looked at."
    )
    rights_end_required: bool = Field(
        False,
        title="Rights need an end date",
        description="Whether an asset without a date in that field is held back.",
    )

    @field_validator("file_types")
    @classmethod
    def _in_capitals(cls, file_types: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.upper() for one in file_types)

    @field_validator("criterion")
    @classmethod
    def _is_of_version_2(cls, criterion: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            if criterion is not None:
                criterion_from_json(criterion)
        except CriterionError as error:
            raise ValueError(str(error)) from error
        return criterion

    @model_validator(mode="after")
    def _end_date_of_something(self) -> Self:
        if self.rights_end_required and self.rights_field is None:
            raise ValueError("rights_end_required is set and rights_field is not; name the field that holds the date.")
        return self


#: A field that must have a value before anybody is asked to look at an asset.
COMPLETE = ("Title", "Creator", "Usage rights")

#: What `promote_lifecycle` does unless told otherwise.
DEFAULT_RULES = (
    PromotionRule(
        name="complete metadata",
        transition=Transition.STAGED_TO_PENDING_APPROVAL,
        required_fields=COMPLETE,
        rights_field="Rights expire",
    ),
    PromotionRule(
        name="a day old, rights valid",
        transition=Transition.PENDING_APPROVAL_TO_LIVE,
        minimum_age_hours=24,
        required_fields=("Usage rights",),
        rights_field="Rights expire",
    ),
)
