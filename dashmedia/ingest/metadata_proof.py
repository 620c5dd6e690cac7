"""Whether an asset shows what was written to it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from dashmedia.dam.edits import Operation
from dashmedia.dam.models import as_utc
from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dashmedia.dam.edits import Edit
    from dashmedia.dam.models import Asset
    from dashmedia.dam.schema import Schema

#: How much of a value a reason quotes, in characters.
_QUOTED = 60


def what_differs(asset: Asset | None, edits: Sequence[Edit], schema: Schema) -> str | None:
    """The first field that does not show its edit, with both sides; None when all do."""
    if asset is None:
        return "The asset is not there any more, or may not be seen; expected it with its metadata."
    for edit in edits:
        stored = asset.values.get(edit.field_id, ())
        if not _shows(edit, stored, _kind(edit, schema)):
            return (
                f"“{_name(edit, schema)}” shows {_quoted(stored, edit, schema)}; expected "
                f"{_quoted(edit.values, edit, schema)}. Run again to write it once more."
            )
    return None


def _shows(edit: Edit, stored: Iterable[str], kind: str | None) -> bool:
    """An addition is there; a replacement is there and nothing else, in whatever order."""
    wanted, there = ({_plain(one, kind) for one in values} for values in (edit.values, stored))
    return wanted <= there if edit.operation is Operation.ADD else wanted == there


def _plain(value: str, kind: str | None) -> str:
    """What a service may write otherwise without changing it: blanks around a text, line ends, accents, a day with a time."""
    text = "\n".join(unicodedata.normalize("NFC", value).strip().splitlines())
    if kind == "DATE":
        return text[:10]
    if kind == "DATE_TIME":
        try:
            return as_utc(datetime.fromisoformat(text)).isoformat()
        except ValueError:
            return text
    return text


def _kind(edit: Edit, schema: Schema) -> str | None:
    field = schema.field_of(edit.field_id)
    return field.data_type if field else None


def _name(edit: Edit, schema: Schema) -> str:
    field = schema.field_of(edit.field_id)
    return field.name if field else edit.field_id


def _quoted(values: Sequence[str], edit: Edit, schema: Schema) -> str:
    named = schema.named(edit.field_id, values)
    return " and ".join(f"“{clip(one, _QUOTED)}”" for one in named) or "nothing"
