"""Values of metadata: as people write them, and as the API keeps them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from dashmedia.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashmedia.dam.models import Field, FieldOption

#: Kinds of data whose text has a form: an example for people, and what reads it.
_FORMS = {"DATE": ("2027-01-31", date.fromisoformat), "DATE_TIME": ("2027-01-31T12:00:00.000Z", datetime.fromisoformat)}


def check_text(field: Field, value: str) -> str:
    """A value of a field without fixed options, as it is.

    Raises:
        SchemaError: it is empty, or not of the form of the field's kind of data.
    """
    if not value.strip():
        raise SchemaError(f"An empty value stands for “{field.name}”. Leave it out, or clear the field.")
    example, read = _FORMS.get(field.data_type or "", ("", str))
    try:
        read(value)
    except ValueError as error:
        raise SchemaError(f"“{field.name}” is to be “{value}”; expected it as in {example}.") from error
    return value


def check_count(field: Field, values: Iterable[object]) -> None:
    """Refuse what cannot be the values of the field.

    Raises:
        SchemaError: there are none, or several for a field that holds one.
    """
    count = len(tuple(values))
    if count == 0:
        raise SchemaError(f"No values stand for “{field.name}”. Leave the field out, or clear it.")
    if count > 1 and not field.multi_value:
        raise SchemaError(f"{count} values stand for “{field.name}”, which holds one. Choose one of them.")


def check_assignable(field: Field, option: FieldOption) -> FieldOption:
    """An option that the caller may give to assets.

    Raises:
        SchemaError: the service says that the caller may not.
    """
    if option.assignable is False:
        raise SchemaError(
            f"You may not give assets the value “{'/'.join(option.path.names)}” of “{field.name}”: the service does not list "
            f"it as permitted. Ask an administrator to grant it, or choose another value."
        )
    return option


def lowest(ids: Iterable[str], options: Mapping[str, FieldOption | None]) -> list[str]:
    """These options without those that are there only because one beneath them is; unknown ones stay."""
    kept = list(dict.fromkeys(ids))
    above = {one.id for option_id in kept if (option := options.get(option_id)) for one in option.branch[:-1]}
    return [one for one in kept if one not in above]


def shown(option: FieldOption, *, as_folder: bool) -> str:
    """The names from the root down; a folder's with a slash before them."""
    return str(option.path) if as_folder else "/".join(option.path.names)
