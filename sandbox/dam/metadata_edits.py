"""Values of assets change: `asset-metadata-edit-batch-jobs`, section 9.3 of the contract."""

# Pydantic reads these annotations at run time, so they are not postponed.
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.dam.catalogue import Catalogue
from sandbox.dam.demo import branch
from sandbox.dam.jobs.asset_jobs import AssetJobs
from sandbox.dam.jobs.job_type import Item, ItemRefusedError, Outcome
from sandbox.dam.jobs.selecting import Selector, selected
from sandbox.dam.parsing import parsed
from sandbox.dam.store import AssetValue, FieldOption
from sandbox.dam.store import Field as FieldRow

#: What reads a value of each type of data that is no plain text.
READERS: dict[str, Callable[[str], object]] = {"DATE": date.fromisoformat, "DATE_TIME": datetime.fromisoformat}


class Edit(BaseModel):
    """One change of one field: text, or ids of options."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["ADD", "REMOVE", "REPLACE", "CLEAR"]
    field_id: str = Field(alias="fieldId")
    values: list[str] = []

    @model_validator(mode="after")
    def _has_values(self) -> "Edit":
        if bool(self.values) == (self.type == "CLEAR"):
            raise ValueError("CLEAR takes no values, every other edit at least one")
        return self


class EditRequest(BaseModel):
    """What changes, on which assets. `criterion` beside it, as the first version of the API had it, is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    selector: Selector
    edits: list[Edit] = Field(min_length=1)


class Metadata:
    """The fields and options of the account, as edits need them; read once for each share of a job."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.fields: dict[str, FieldRow] = {one.id: one for one in catalogue.store.select("field")}
        self.options: dict[str, FieldOption] = {one.id: one for one in catalogue.store.select("field_option")}

    def field(self, field_id: str) -> FieldRow:
        """The field.

        Raises:
            ItemRefusedError: there is none.
        """
        if field_id not in self.fields:
            raise ItemRefusedError(f"There is no field {field_id!r}.")
        return self.fields[field_id]

    def edited(self, edit: Edit, values: list[str]) -> list[str]:
        """What an asset's values of the field are after the edit.

        Raises:
            ItemRefusedError: field or value mean nothing, or there would be too many values.
        """
        field = self.field(edit.field_id)
        for value in edit.values:
            self._check(field, value)
        match edit.type:
            case "ADD":
                after = [*self._chosen(values), *edit.values]
            case "REMOVE":
                gone = set(self._chosen(edit.values))
                after = [one for one in self._chosen(values) if not gone & set(self._branch(one))]
            case _:
                after = edit.values
        after = self._chosen(list(dict.fromkeys(value for one in after for value in self._branch(one))))
        if len(after) > 1 and not field.multi_value:
            raise ItemRefusedError(f"Field {field.name!r} takes one value; it would have {len(after)}.")
        return list(dict.fromkeys(value for one in after for value in self._branch(one)))

    def _chosen(self, values: list[str]) -> list[str]:
        """Those that are not there for the sake of an option beneath them only."""
        above = {one for value in values for one in self._branch(value)[:-1]}
        return [value for value in values if value not in above]

    def _branch(self, value: str) -> list[str]:
        """The option with all above it, the top first; text alone."""
        return branch(self.options[value], self.options) if value in self.options else [value]

    def _check(self, field: FieldRow, value: str) -> None:
        if field.has_fixed_options:
            option = self.options.get(value)
            if option is None or option.field_id != field.id:
                raise ItemRefusedError(f"Field {field.name!r} has no option {value!r}.")
        try:
            READERS.get(field.data_type, str)(value)
        except ValueError as error:
            raise ItemRefusedError(f"Field {field.name!r} takes a {field.data_type}, not {value!r}.") from error


class EditJobs(AssetJobs):
    """Edits of metadata."""

    path = "asset-metadata-edit-batch-jobs"

    def parse(self, body: Any) -> list[Item]:
        """One item for each asset: all edits, done in their order, or none of them."""
        asked = parsed(EditRequest, body)
        self.permissions.require("ASSET", "EDIT")
        edits = [edit.model_dump(by_alias=True) for edit in asked.edits]
        return [(asset_id, edits) for asset_id in selected(asked.selector, self.catalogue)]

    def apply_all(self, items: Sequence[Item]) -> list[Outcome]:
        """Edit asset by asset, with one read and one write of the tables."""
        self._begin([key for key, _ in items])
        outcomes = super().apply_all(items)
        self._keep()
        return outcomes

    def apply(self, key: str, item: list[dict[str, Any]]) -> dict[str, Any]:
        """Edit one asset."""
        if key not in self._before:
            raise ItemRefusedError(f"There is no asset {key!r}.")
        if key in self._barred:
            raise ItemRefusedError(f"Access is denied: asset {key} may not be edited.")
        before = self._before[key]
        after = dict(before)
        for edit in map(Edit.model_validate, item):
            after[edit.field_id] = self._metadata.edited(edit, after.get(edit.field_id, []))
        changed = {field: values for field, values in after.items() if values != before.get(field, [])}
        if changed:
            self._changed[key] = changed
        return {"id": key}

    def _begin(self, asset_ids: list[str]) -> None:
        """Read what these assets have."""
        ids = "(SELECT value FROM json_each(?))"
        rows = self.store.run(f"SELECT id FROM asset WHERE id IN {ids}", (json.dumps(asset_ids),))  # noqa: S608 - our own
        self._before: dict[str, dict[str, list[str]]] = {asset_id: {} for (asset_id,) in rows}
        rest = f"WHERE asset_id IN {ids} ORDER BY asset_id, field_id, position"
        for one in self.store.select("asset_value", rest, (json.dumps(asset_ids),)):
            self._before[one.asset_id].setdefault(one.field_id, []).append(one.value)
        self._metadata = Metadata(self.catalogue)
        self._barred = self.permissions.barred("ASSET", "EDIT")
        self._changed: dict[str, dict[str, list[str]]] = {}

    def _keep(self) -> None:
        """Write what has changed."""
        fields = [(asset_id, field) for asset_id, changed in self._changed.items() for field in changed]
        self.store.run_many("DELETE FROM asset_value WHERE asset_id = ? AND field_id = ?", fields)
        rows = (
            AssetValue(asset_id, field, number, value)
            for asset_id, field in fields
            for number, value in enumerate(self._changed[asset_id][field])
        )
        self.store.add("asset_value", list(rows))
        now_ms = int(self.wall() * 1000)
        self.store.run_many("UPDATE asset SET modified_ms = ? WHERE id = ?", [(now_ms, one) for one in self._changed])
