"""What is asked of the catalogue: one resource, or a page of those that meet a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam import shapes, sql, terms
from sandbox.dam.criteria import FixedField, fields_in
from sandbox.dam.permissions import ASSET_ACTIONS, OPTION_ACTIONS
from sandbox.dam.refusal import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.dam.bodies import AssetSearch, Search, Sort
    from sandbox.dam.criteria import Criterion, FieldRef
    from sandbox.dam.permissions import Permissions
    from sandbox.dam.store import Asset, FieldOption, Store
    from sandbox.dam.variant import Variant

    Answer = dict[str, Any]


class Catalogue:
    """Reads of the store, as answers.

    Args:
        store: the tables.
        variant: gives the reading of the contract that holds now.
        preview_base: where previews are.
        permissions: of the caller.
    """

    def __init__(
        self, store: Store, variant: Callable[[], Variant], preview_base: str, permissions: Permissions
    ) -> None:
        self.store = store
        self.variant = variant
        self.preview_base = preview_base
        self.permissions = permissions

    def current_user(self, user_id: str) -> Answer:
        """The caller, with what the caller may do in the whole account."""
        return shapes.envelope(shapes.user(self._one("user", user_id)), *self.permissions.of_account())

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
        clause = self._asset_clause(asked.criterion, asked.action)
        rows, total = self._page("asset", asked, terms.asset_term, clause)
        return self._found(self._assets(rows), total)

    def asset_ids(self, criterion: Criterion, sorts: Sequence[Sort] = (), action: str | None = None) -> list[str]:
        """All that such a search finds, however many."""
        found, values = self._asset_clause(criterion, action)
        by, sorted_by = _order("asset", sorts, terms.asset_term)
        statement = f"SELECT asset.id FROM asset WHERE {found} ORDER BY {by}"  # noqa: S608 - no outside text
        return [asset_id for (asset_id,) in self.store.run(statement, [*values, *sorted_by])]

    def found_assets(self, asset_ids: Sequence[str], total: int) -> Answer:
        """Those of them that still exist, in their order, as the page of a search for `total`."""
        marks = ", ".join("?" * len(asset_ids))
        rows = {row.id: row for row in self.store.select("asset", f"WHERE id IN ({marks})", asset_ids)}
        return self._found(self._assets([rows[one] for one in asset_ids if one in rows]), total)

    def _asset_clause(self, criterion: Criterion, action: str | None) -> sql.Clause:
        found, values = sql.where(criterion, terms.asset_term, self.variant())
        named = {field.name for field in fields_in(criterion) if isinstance(field, FixedField)}
        if terms.LIFECYCLE_STATE not in named:
            found = f"({found}) AND asset.state = 'LIVE'"
        if action is None:
            return found, values
        allowed, barred = self._allowed(action.removeprefix("SEARCH_FOR_"))
        return f"({found}) AND {allowed}", [*values, *barred]

    def _allowed(self, action: str) -> sql.Clause:
        """Whether the caller may do this to an asset."""
        if not self.permissions.may("ASSET", action):
            return "0", []
        barred = sorted(self.permissions.barred("ASSET", action))
        return f"asset.id NOT IN ({', '.join('?' * len(barred))})", barred

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
        shown = (shapes.asset(row, values[row.id], f"{self.preview_base}/{row.file_id}") for row in rows)
        allowed = self.permissions.of("ASSET", ASSET_ACTIONS, values)
        return [shapes.envelope(row, *actions) for row, actions in zip(shown, allowed, strict=True)]

    def _options(self, rows: Sequence[FieldOption], *, has_branch: bool) -> list[Answer]:
        shown = (self._option(row, has_branch=has_branch) for row in rows)
        allowed = self.permissions.of("FIELD_OPTION", OPTION_ACTIONS, (row.id for row in rows))
        return [shapes.envelope(row, *actions) for row, actions in zip(shown, allowed, strict=True)]

    def _option(self, row: FieldOption, *, has_branch: bool) -> Answer:
        above = self._one("field_option", row.parent_id) if has_branch and row.parent_id else None
        parent = self._option(above, has_branch=True) if above else None
        return shapes.option(row, self.store.child_counts([row.id]), parent)

    def _one(self, table: str, key: str, condition: str = "id = ?") -> Any:
        rows = self.store.select(table, f"WHERE {condition}", [key])
        if not rows:
            raise RefusedError(404, f"There is no {table.replace('_', ' ')} {key!r}.")
        return rows[0]


def check_size(size: int, variant: Variant) -> None:
    """Let a page of so many rows pass.

    Raises:
        RefusedError: 400.
    """
    if size > variant.largest_page:
        raise RefusedError(400, f"pageSize is {size}; at most {variant.largest_page} rows fit on a page.")


def check_page(asked: Search, variant: Variant) -> None:
    """Refuse a page that reaches beyond the cap, or is larger than pages may be.

    Raises:
        RefusedError: 400.
    """
    check_size(asked.size, variant)
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
