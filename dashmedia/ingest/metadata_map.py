"""Which column of a manifest goes to which field of the DAM, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashmedia.dam import wire
from dashmedia.dam.edits import Edit, Operation
from dashmedia.dam.schema.naming import advice
from dashmedia.errors import MetadataValueError, SchemaError

if TYPE_CHECKING:
    from dashmedia.dam import models
    from dashmedia.dam.schema import Schema
    from dashmedia.sources import Original

#: Columns whose values are instants.
INSTANTS = ("captured_at", "rights_expire_at")


def _goes_to(title: str) -> Any:
    return Field(None, title=title, description="Name of the field in Dash; empty: not written.")


class MetadataMap(BaseModel):
    """Column of the manifest to name of the field: `{"caption": "Description", "campaign": "Campaign"}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    caption: str | None = _goes_to("Caption")
    alt_text: str | None = _goes_to("Alt text")
    creator: str | None = _goes_to("Creator")
    permalink: str | None = _goes_to("Permalink")
    consent_evidence: str | None = _goes_to("Evidence of consent")
    consent_scope: str | None = _goes_to("Scope of consent")
    captured_at: str | None = _goes_to("Captured at")
    rights_expire_at: str | None = _goes_to("Rights expire at")
    tags: str | None = _goes_to("Tags")
    campaign: str | None = _goes_to("Campaign")

    @model_validator(mode="before")
    @classmethod
    def _knows_the_columns(cls, value: Any) -> Any:
        for column in value.keys() - cls.model_fields.keys() if isinstance(value, dict) else ():
            message = f"{column} is no column that can be written. {advice(list(cls.model_fields), str(column))}"
            raise ValueError(message)
        return value

    @property
    def columns(self) -> dict[str, str]:
        """Name of the field by column, for the columns that are written."""
        return {column: name for column in type(self).model_fields if (name := getattr(self, column))}

    def resolve(self, schema: Schema) -> FieldMap:
        """The same with the fields themselves.

        Raises:
            SchemaError: a field does not exist, is the folders, is meant for two columns, or cannot hold a column's kind
                of value. All that is wrong is told at once.
        """
        found: dict[str, models.Field] = {}
        wrong: list[str] = []
        for column, name in self.columns.items():
            try:
                found[column] = _checked(column, schema.field(name), schema, taken=found)
            except SchemaError as error:
                wrong.append(f"{column}: {error}")
        if wrong:
            raise SchemaError(f"The metadata mapping cannot be used. {' '.join(wrong)}")
        return FieldMap(schema, found)


@dataclass(frozen=True)
class FieldMap:
    """Fields of this account by column.

    Attributes:
        schema: of the account.
        fields: in the order of the columns.
    """

    schema: Schema
    fields: dict[str, models.Field]

    def edits_for(self, original: Original) -> tuple[Edit, ...]:
        """What to change of the original's asset, at most one edit a field; what the manifest does not say is left alone.

        A field that holds several values gains them and keeps what people gave it; any other is replaced. Doing it twice
        changes nothing.

        Raises:
            MetadataValueError: a value that the field cannot hold, such as an option that does not exist.
        """
        edits = (self._edit(column, field, original) for column, field in self.fields.items())
        return tuple(edit for edit in edits if edit)

    def _edit(self, column: str, field: models.Field, original: Original) -> Edit | None:
        values = _texts(column, field, original)
        if not values:
            return None
        try:
            ids = self.schema.values_to_ids(field, values)
        except SchemaError as error:
            raise MetadataValueError(original.shown, column, str(error)) from error
        return Edit(Operation.ADD if field.multi_value else Operation.REPLACE, field.id, ids)


def _checked(column: str, field: models.Field, schema: Schema, taken: dict[str, models.Field]) -> models.Field:
    if field is schema.folder_field:
        raise SchemaError(f"“{field.name}” is the folders; an upload's folder is set by the run, not by a column.")
    for other, its in taken.items():
        if its is field:
            raise SchemaError(f"“{field.name}” is meant for {other} already. Give each column a field of its own.")
    if column in INSTANTS and field.has_fixed_options:
        raise SchemaError(f"“{field.name}” has fixed options, and {column} is a time. Name a field for dates or text.")
    if column == "tags" and not field.multi_value:
        raise SchemaError(f"“{field.name}” holds one value, and there may be several tags.")
    return field


def _texts(column: str, field: models.Field, original: Original) -> tuple[str, ...]:
    """The column's values as the field takes them; none when the manifest says nothing."""
    value = getattr(original, column)
    if isinstance(value, datetime):
        return (_instant(column, field, value),)
    if isinstance(value, str):
        return (value,)
    return value or ()


def _instant(column: str, field: models.Field, at: datetime) -> str:
    """A time, or where the field holds days its day in UTC; of rights the last day on which they last until its end."""
    if field.data_type != "DATE":
        return wire.time_text(at)
    if column == "rights_expire_at":
        at = at + timedelta(seconds=1) - timedelta(days=1)
    return at.astimezone(UTC).date().isoformat()
