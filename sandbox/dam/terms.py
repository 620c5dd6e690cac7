"""Which fields each resource can be searched and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.dam.criteria import CustomField, FixedField
from sandbox.dam.refusal import RefusedError
from sandbox.dam.sql import Clause, Column, TimeColumn, like

if TYPE_CHECKING:
    from sandbox.dam.criteria import FieldRef
    from sandbox.dam.sql import Term

LIFECYCLE_STATE = "LIFECYCLE_STATE"


@dataclass(frozen=True)
class Values:
    """A field of an asset's metadata, with any number of values."""

    field_id: str

    def test(self, *tests: Clause) -> Clause:
        """One and the same value passes all of them."""
        sql = "".join(f" AND v.value {test}" for test, _ in tests)
        return (
            f"EXISTS (SELECT 1 FROM asset_value v WHERE v.asset_id = asset.id AND v.field_id = ?{sql})",  # noqa: S608 - our own tests
            [self.field_id, *(value for _, values in tests for value in values)],
        )

    def is_empty(self) -> Clause:
        """There is no value."""
        sql, values = self.test()
        return f"NOT {sql}", values

    def order(self) -> Clause:
        """By the first value."""
        sql = "(SELECT min(v.value) FROM asset_value v WHERE v.asset_id = asset.id AND v.field_id = ?)"
        return sql, [self.field_id]

    def parse(self, text: str) -> str:
        """As it is: text, an ISO day, or the id of an option."""
        return text

    def match(self, pattern: str) -> Clause:
        """With `*` and `?`."""
        return self.test(like(pattern))


@dataclass(frozen=True)
class Collections(Values):
    """The ids of the collections that an asset is in."""

    field_id: str = "COLLECTIONS"

    def test(self, *tests: Clause) -> Clause:
        """One and the same collection passes all of them."""
        sql = "".join(f" AND v.collection_id {test}" for test, _ in tests)
        found = f"EXISTS (SELECT 1 FROM collection_asset v WHERE v.asset_id = asset.id{sql})"  # noqa: S608 - our own tests
        return found, [value for _, values in tests for value in values]

    def order(self) -> Clause:
        """By the first id."""
        return "(SELECT min(v.collection_id) FROM collection_asset v WHERE v.asset_id = asset.id)", []


@dataclass(frozen=True)
class Keywords(Column):
    """Free text: the name of the file, and every value, options by their words."""

    def match(self, pattern: str) -> Clause:
        """The pattern anywhere."""
        test, words = like(f"*{pattern}*")
        sql = (
            f"coalesce(asset.filename {test}, 0) OR EXISTS (SELECT 1 FROM asset_value v LEFT JOIN field_option o ON o.id = v.value "  # noqa: S608 - our own tests
            f"WHERE v.asset_id = asset.id AND coalesce(o.value, v.value) {test})"
        )
        return sql, [*words, *words]


FIXED: dict[str, Term] = {
    LIFECYCLE_STATE: Column("asset.state"),
    "STAGED_BY": Column("asset.staged_by"),
    "DATE_STAGED": TimeColumn("asset.staged_ms"),
    "DATE_PENDING_APPROVAL": TimeColumn("asset.pending_ms"),
    "DATE_LIVE": TimeColumn("asset.live_ms"),
    "DATE_LAST_ASSET_FILE_ADDED": TimeColumn("asset.file_added_ms"),
    "DATE_LAST_MODIFIED": TimeColumn("asset.modified_ms"),
    "FILE_TYPE": Column("asset.file_type"),
    "FILE_EXTENSION": Column("asset.extension"),
    "FILENAME": Column("asset.filename"),
    "KEYWORDS": Keywords("asset.filename"),
    "COLLECTIONS": Collections(),
}

#: Of everything but assets, by table. Those of options are documented; the others are what one would call them.
NAMED: dict[str, dict[str, Term]] = {
    "field_option": {
        "ID": Column("field_option.id"),
        "FIELD_ID": Column("field_option.field_id"),
        "PARENT_ID": Column("field_option.parent_id"),
        "VALUE": Column("field_option.value"),
        "POSITION": Column("field_option.position"),
    },
    "portal": {"ID": Column("portal.id"), "NAME": Column("portal.name")},
    "user": {"ID": Column("user.id"), "EMAIL": Column("user.email"), "NAME": Column("user.first_name")},
}


def asset_term(field: FieldRef) -> Term:
    """A field of an asset.

    Raises:
        RefusedError: 400, there is none of that name.
    """
    if isinstance(field, CustomField):
        return Values(field.id)
    if isinstance(field, FixedField) and field.name in FIXED:
        return FIXED[field.name]
    raise RefusedError(400, f"Failed to read request: assets have no field {field!r}.")


def named_term(table: str, field: FieldRef) -> Term:
    """A field of anything else.

    Raises:
        RefusedError: 400, there is none of that name.
    """
    if isinstance(field, str) and field in NAMED[table]:
        return NAMED[table][field]
    known = ", ".join(NAMED[table])
    raise RefusedError(400, f"Failed to read request: {field!r} is none of {known}.")
