"""Criteria by names: `in_folder(schema, "/UGC") & has_value(schema, "Title")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam.criteria import AnyOf, Criterion, Equals, IsEmpty
from dashmedia.dam.field_refs import Custom
from dashmedia.dam.schema.values import check_text

if TYPE_CHECKING:
    from dashmedia.dam.models import Field, FolderPath
    from dashmedia.dam.schema.schema import Schema


def in_folder(schema: Schema, path: str | FolderPath) -> Equals:
    """In that folder or beneath it: an asset carries the whole branch of each of its folders.

    Raises:
        FolderMissingError: there is no such folder.
        SchemaError: there is more than one.
    """
    folder = schema.folder(path)
    return Equals(_custom(schema.folder_field), folder.id, label=str(folder.path))


def in_no_folder(schema: Schema) -> IsEmpty:
    """Not filed anywhere."""
    return IsEmpty(_custom(schema.folder_field))


def has_value(schema: Schema, field: str | Field) -> Criterion:
    """The field holds anything at all.

    Raises:
        SchemaError: there is no such field.
    """
    return ~IsEmpty(_custom(schema.field(field)))


def is_value(schema: Schema, field: str | Field, *values: str) -> Criterion:
    """One of the field's values is one of these: options by name, other values as they are.

    Raises:
        SchemaError: there is no such field or option, or a value that the field cannot hold.
        CriterionError: there are no values.
    """
    found = schema.field(field)
    if not found.has_fixed_options:
        ids = [check_text(found, value) for value in values]
    else:
        ids = [schema.option(found, value).id for value in values]
    if len(ids) == 1:
        return Equals(_custom(found), ids[0], label=values[0])
    return AnyOf(_custom(found), tuple(ids), labels=tuple(values))


def _custom(field: Field) -> Custom:
    return Custom(field.id, field.name)
