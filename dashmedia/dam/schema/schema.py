"""The fields of an account, their options and its folders, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.models import Field, FieldOption, FolderPath
from dashmedia.dam.schema.naming import NameIndex
from dashmedia.dam.schema.option_tree import OptionTree
from dashmedia.dam.schema.paths import search_path
from dashmedia.dam.schema.values import check_assignable, check_count, check_text, lowest, shown
from dashmedia.errors import ContractError, FolderMissingError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import Asset


class Schema:
    """Names to ids and back, for any number of threads. Options are asked for when they are needed, and kept.

    Where a `field` is expected, its name, its id or the field itself will do.

    Args:
        fields: of the account.
        folder_field_id: the field whose options are the folders.
        tree: the options.

    Raises:
        ContractError: the field of folders is none of the fields.
    """

    def __init__(self, fields: Sequence[Field], folder_field_id: str, tree: OptionTree) -> None:
        self.fields = tuple(fields)
        self.tree = tree
        self._by_id = {one.id: one for one in self.fields}
        self._by_name = NameIndex((one.name, one) for one in self.fields)
        if folder_field_id not in self._by_id:
            seen = f"the id of none of the {len(self.fields)} fields"
            raise ContractError(wire.FOLDER_SETTINGS, "fieldId", seen, "the id of a field")
        self.folder_field = self._by_id[folder_field_id]

    @classmethod
    def load(cls, client: DashClient) -> Self:
        """Two requests; options come later."""
        return cls(client.fields(), client.folder_settings(), OptionTree(client))

    def field(self, name: str | Field) -> Field:
        """The field of that name, whatever its case, or of that id.

        Raises:
            SchemaError: there is none, or more than one.
        """
        if isinstance(name, Field):
            return name
        found = self._by_name.find(name)
        if not found and name in self._by_id:
            return self._by_id[name]
        if not found:
            raise SchemaError(f"There is no field “{name}”. {self._by_name.advice(name)}")
        if len(found) > 1:
            ids = " and ".join(one.id for one in found)
            raise SchemaError(f"{len(found)} fields are called “{name}”: {ids}. Write one of these ids instead.")
        return found[0]

    def field_of(self, field_id: str) -> Field | None:
        """The field of that id; None when there is none, or not any more."""
        return self._by_id.get(field_id)

    def option(self, field: str | Field, value: str | FolderPath) -> FieldOption:
        """An option with the branch above it: `"Social"`, and in a tree `"Stores/London"`.

        A name that holds a slash is found too; a `FolderPath` says where each name ends.

        Raises:
            SchemaError: there is no such option, or more than one, or the field has no fixed options.
        """
        field = self._with_options(field)
        search = search_path(self.tree, field.id, value, is_tree=field.hierarchical)
        if not search.found:
            raise SchemaError(f"“{field.name}” has no “{value}”: {search.why_not()}")
        return _only(search.found, f"“{value}” of “{field.name}”")

    def find_option(self, field: str | Field, value: str | FolderPath) -> FieldOption | None:
        """The same; None when there is no such option.

        Raises:
            SchemaError: there is more than one, or the field has no fixed options.
        """
        field = self._with_options(field)
        found = search_path(self.tree, field.id, value, is_tree=field.hierarchical).found
        return _only(found, f"“{value}” of “{field.name}”") if found else None

    def folder(self, path: str | FolderPath) -> FieldOption:
        """The folder at `/UGC/2026-08`, with those above it.

        Raises:
            FolderMissingError: there is none; the message names how far the path leads, and the nearest name.
            SchemaError: there is more than one.
        """
        search = search_path(self.tree, self.folder_field.id, path, is_tree=True)
        if not search.found:
            raise FolderMissingError(str(path), search.why_not())
        return _only(search.found, f"The folder {path}")

    def find_folder(self, path: str | FolderPath) -> FieldOption | None:
        """The same; None when there is none."""
        return self.find_option(self.folder_field, path)

    def folder_path(self, option_id: str) -> FolderPath:
        """Where a folder lies.

        Raises:
            SchemaError: no option has that id.
        """
        option = self.tree.options([option_id])[option_id]
        if option is None:
            raise SchemaError(f"No folder has the id {option_id}; it may have been removed.")
        return option.path

    def values_to_ids(self, field: str | Field, values: Iterable[str]) -> tuple[str, ...]:
        """Values for an edit as the API keeps them: text as it is, options by id.

        Of a tree, the whole branch of each value, the root first: so it is right whether or not the service adds what
        lies above.

        Raises:
            SchemaError: no such field or option, one that may not be assigned, no values, several where the field holds
                one, or not of its form.
        """
        field, wanted = self.field(field), tuple(values)
        check_count(field, wanted)
        if not field.has_fixed_options:
            return tuple(check_text(field, value) for value in wanted)
        options = [check_assignable(field, self.option(field, value)) for value in wanted]
        return tuple(dict.fromkeys(one.id for option in options for one in option.branch))

    def named_values(self, asset: Asset) -> dict[str, tuple[str, ...]]:
        """The asset's metadata by name of field, options by name too: `{"Folders": ("/UGC/2026-08",)}`.

        Of a tree, only the lowest option of each branch. What was removed from the account stays an id.
        """
        with_options = {one for one in asset.values if (field := self.field_of(one)) and field.has_fixed_options}
        self.tree.options(option_id for one in with_options for option_id in asset.values[one])
        return {self._name_of(field_id): self.named(field_id, stored) for field_id, stored in asset.values.items()}

    def named(self, field_id: str, stored: Sequence[str]) -> tuple[str, ...]:
        """Values of one field as people read them; see `named_values`."""
        field = self.field_of(field_id)
        if field is None or not field.has_fixed_options:
            return tuple(stored)
        options = self.tree.options(stored)
        told = ((one, options.get(one)) for one in lowest(stored, options))
        is_folder = field is self.folder_field
        return tuple(shown(option, as_folder=is_folder) if option else option_id for option_id, option in told)

    def _name_of(self, field_id: str) -> str:
        field = self.field_of(field_id)
        return field.name if field else field_id

    def forget_options(self) -> None:
        """Ask for options anew: an upload, or a person, may have made folders meanwhile."""
        self.tree.forget()

    def _with_options(self, field: str | Field) -> Field:
        field = self.field(field)
        if not field.has_fixed_options:
            raise SchemaError(f"“{field.name}” has no fixed options: whatever is written there is its value.")
        return field


def _only(found: Sequence[FieldOption], what: str) -> FieldOption:
    if len(found) > 1:
        told = " and ".join(f"{option.id} ({' › '.join(option.path.names)})" for option in found)
        raise SchemaError(f"{what} may be {len(found)} options: {told}. Rename one of them in Dash.")
    return found[0]
