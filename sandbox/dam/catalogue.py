"""What is asked of the catalogue: one resource, or a page of those that meet a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam import shapes, sql, terms
from sandbox.dam.criteria import FixedField, fields_in
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.dam.bodies import AssetSearch, Search, Sort
    from sandbox.dam.criteria import FieldRef
    from sandbox.dam.store import Asset, FieldOption, Store
    from sandbox.dam.variant import Variant

    Answer = dict[str, Any]


class Catalogue:
    """Reads of the store, as answers.

    Args:
        store: the tables.
        variant: gives the reading of the contract that holds now.
        preview_base: where previews are.
    """

    def __init__(self, store: Store, variant: Callable[[], Variant], preview_base: str) -> None:
        self.store = store
        self.variant = variant
        self.preview_base = preview_base

    def current_user(self, user_id: str) -> Answer:
        """The caller, with what the caller may do in the whole account."""
        actions = (shapes.permitted(resource, action) for resource, action in shapes.ACCOUNT_ACTIONS)
        return shapes.envelope(shapes.user(self._one("user", user_id)), *actions)

    def user(self, key: str) -> Answer:
        """A user by id or e-mail address."""
        return shapes.envelope(shapes.user(self._one("user", key, "id = ?1 OR email = ?1")))

    def portal(self, portal_id: str) -> Answer:
        """One portal."""
        return shapes.envelope(shapes.portal(self._one("portal", portal_id)))

    def fields(self) -> list[Answer]:
        """All fields, as a bare list."""
        return [shapes.envelope(shapes.field(row)) for row in self.store.select("field", "ORDER BY rowid")]

    def field(self, field_id: str) -> Answer:
        """One field."""
        return shapes.envelope(shapes.field(self._one("field", field_id)))

    def folder_settings(self) -> Answer:
        """Which field the folders are."""
        (folders,) = self.store.select("field", "WHERE indestructable")
        return shapes.envelope({"fieldId": folders.id})

    def option(self, option_id: str) -> Answer:
        """One field option, with the branch above it."""
        return self._options([self._one("field_option", option_id)], has_branch=True)[0]

    def asset(self, asset_id: str) -> Answer:
        """One asset, whatever its state."""
        return self._assets([self._one("asset", asset_id)])[0]

    def search(self, table: str, asked: Search) -> Answer:
        """A page of portals, users or field options."""

        def term(field: FieldRef) -> sql.Term:
            return terms.named_term(table, field)

        rows, total = self._page(table, asked, term, sql.where(asked.criterion, term, self.variant()))
        if table == "field_option":
            return self._found(self._options(rows, has_branch=self.variant().option_parents == "branch"), total)
        shape: Any = shapes.portal if table == "portal" else shapes.user
        return self._found([shapes.envelope(shape(row)) for row in rows], total)

    def search_assets(self, asked: AssetSearch) -> Answer:
        """A page of assets; live ones only, unless the criterion speaks of the state."""
        clause = sql.where(asked.criterion, terms.asset_term, self.variant())
        named = {field.name for field in fields_in(asked.criterion) if isinstance(field, FixedField)}
        if terms.LIFECYCLE_STATE not in named:
            clause = f"({clause[0]}) AND asset.state = 'LIVE'", clause[1]
        rows, total = self._page("asset", asked, terms.asset_term, clause)
        return self._found(self._assets(rows), total)

    def _page(
        self, table: str, asked: Search, term: Callable[[FieldRef], sql.Term], clause: sql.Clause
    ) -> tuple[list[Any], int]:
        check_page(asked, self.variant())
        found, values = clause
        by, sorted_by = _order(table, asked.sorts, term)
        rest = f"WHERE {found} ORDER BY {by} LIMIT ? OFFSET ?"
        rows = self.store.select(table, rest, [*values, *sorted_by, asked.size, asked.start])
        return rows, self.store.count(table, f"WHERE {found}", values)

    def _found(self, results: list[Answer], total: int) -> Answer:
        is_bare = self.variant().envelope == "bare"
        return {"totalResults": total, "results": [one["result"] for one in results] if is_bare else results}

    def _assets(self, rows: Sequence[Asset]) -> list[Answer]:
        values: dict[str, list[Any]] = {row.id: [] for row in rows}
        for one in self.store.values_of(list(values)):
            values[one.asset_id].append(one)
        return [
            shapes.envelope(
                shapes.asset(row, values[row.id], f"{self.preview_base}/{row.file_id}"),
                shapes.permitted("ASSET", "ADD_ASSET_TO_COLLECTION", row.id),
            )
            for row in rows
        ]

    def _options(self, rows: Sequence[FieldOption], *, has_branch: bool) -> list[Answer]:
        return [
            shapes.envelope(
                self._option(row, has_branch=has_branch),
                shapes.permitted("FIELD_OPTION", "UPDATE_METADATA_WITH_FIELD_OPTION", row.id),
            )
            for row in rows
        ]

    def _option(self, row: FieldOption, *, has_branch: bool) -> Answer:
        above = self._one("field_option", row.parent_id) if has_branch and row.parent_id else None
        parent = self._option(above, has_branch=True) if above else None
        return shapes.option(row, self.store.child_counts([row.id]), parent)

    def _one(self, table: str, key: str, condition: str = "id = ?") -> Any:
        rows = self.store.select(table, f"WHERE {condition}", [key])
        if not rows:
            raise RefusedError(404, f"There is no {table.replace('_', ' ')} {key!r}.")
        return rows[0]


def check_page(asked: Search, variant: Variant) -> None:
    """Refuse a page that reaches beyond the cap, or is larger than pages may be.

    Raises:
        RefusedError: 400.
    """
    if asked.size > variant.largest_page:
        raise RefusedError(400, f"pageSize is {asked.size}; at most {variant.largest_page} rows fit on a page.")
    end = asked.start + asked.size
    if end > variant.search_cap:
        raise RefusedError(400, f"from + pageSize is {end}; a search reaches {variant.search_cap} rows.")


def _order(table: str, sorts: Sequence[Sort], term: Callable[[FieldRef], sql.Term]) -> sql.Clause:
    """What follows `ORDER BY`: equal rows come by id."""
    parts, values = [], []
    for sort in sorts:
        by, its = term(sort.field).order()
        parts.append(f"{by} {sort.order}")
        values += its
    return ", ".join([*parts, f"{table}.id"]), values
