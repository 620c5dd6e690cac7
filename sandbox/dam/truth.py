"""What is really so with assets: all of them at once, in words, whatever the variant. For tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.dam import demo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.dam.store import Asset, AssetValue, Field, FieldOption, Store

#: Members of a file, by column.
FILE = ("file_id", "filename", "file_type", "media_type", "extension", "size", "checksum")


class Truth:
    """Reads of the store.

    Args:
        store: the tables.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._fields: dict[str, Field] = {one.id: one for one in store.select("field")}
        self._options: dict[str, FieldOption] = {one.id: one for one in store.select("field_option")}

    def assets(self, state: str | None = None) -> list[dict[str, Any]]:
        """All assets, or those in one state, by id.

        Each has `id`, `state`, `stagedBy`, its times in milliseconds, `file` (null: none), `values` by name of the field
        (options by their path from the top, an option only if none beneath it is there too) and how often it `moved`.
        """
        where, values = ("WHERE state = ?", [state]) if state else ("", [])
        rows = self.store.select("asset", f"{where} ORDER BY id", values)
        by_asset: dict[str, list[AssetValue]] = {row.id: [] for row in rows}
        for one in self.store.select("asset_value", "ORDER BY asset_id, field_id, position"):
            if one.asset_id in by_asset:
                by_asset[one.asset_id].append(one)
        moved = self.moves()
        return [self._asset(row, by_asset[row.id], moved.get(row.id, [])) for row in rows]

    def moves(self) -> dict[str, list[str]]:
        """By id of each asset that ever moved, its transitions, the first one first."""
        moves: dict[str, list[str]] = {}
        for asset_id, transition in self.store.run("SELECT asset_id, transition FROM asset_move ORDER BY number"):
            moves.setdefault(asset_id, []).append(transition)
        return moves

    def _asset(self, row: Asset, values: Iterable[AssetValue], moves: list[str]) -> dict[str, Any]:
        times = {name: getattr(row, name) for name in ("staged_ms", "pending_ms", "live_ms", "modified_ms")}
        file = None if row.file_id is None else {name: getattr(row, name) for name in FILE}
        known = {"id": row.id, "state": row.state, "stagedBy": row.staged_by}
        return known | times | {"file": file, "values": self._named(values), "moves": moves}

    def _named(self, values: Iterable[AssetValue]) -> dict[str, list[str]]:
        by_field: dict[str, list[str]] = {}
        for one in values:
            by_field.setdefault(one.field_id, []).append(one.value)
        return {self._fields[field].name: self._words(held) for field, held in by_field.items()}

    def _words(self, values: list[str]) -> list[str]:
        above = {self._options[one].parent_id for one in values if one in self._options}
        return [self._word(one) for one in values if one not in above]

    def _word(self, value: str) -> str:
        if value not in self._options:
            return value
        path = [self._options[one].value for one in demo.branch(self._options[value], self._options)]
        is_tree = self._fields[self._options[value].field_id].hierarchical
        return "/" + "/".join(path) if is_tree else path[-1]
