"""Names beside ids: what people call an asset, a portal or a user. An id without a name keeps an empty one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Facts = Mapping[str, tuple[str | None, ...] | None]
    Find = Callable[[list[str]], Facts]

#: Ids that are handed to a look-up at once: a million assets need not all be named in one list.
BATCH_IDS = 10_000


class AssetLabel(Protocol):
    """What people call an asset."""

    @property
    def file_name(self) -> str | None:
        """Of its current file."""

    @property
    def title(self) -> str | None:
        """As somebody wrote it."""

    @property
    def folder_path(self) -> str | None:
        """Where it lies."""


class NameLookup(Protocol):
    """Names by id; None, or no entry, for an id that leads to nothing. `dashmedia.dam.Names` is one."""

    def assets(self, ids: Iterable[str]) -> Mapping[str, AssetLabel | None]:
        """Of assets."""

    def portals(self, ids: Iterable[str]) -> Mapping[str, str | None]:
        """Of portals."""

    def users(self, ids: Iterable[str]) -> Mapping[str, str | None]:
        """Of users."""


class Labelled(NamedTuple):
    """A table with columns of names after its key, and how many different ids have none."""

    table: pa.Table
    missing: int


def label_assets(table: pa.Table, names: NameLookup | None) -> Labelled:
    """With `file_name`, `title` and `folder_path`; all empty without `names`."""

    def find(ids: list[str]) -> Facts:
        found = names.assets(ids) if names else {}
        return {key: (one.file_name, one.title, one.folder_path) for key, one in found.items() if one}

    return _label(table, ("file_name", "title", "folder_path"), find)


def label_portals(table: pa.Table, names: NameLookup | None) -> Labelled:
    """With `portal_name`."""
    return _label(table, ("portal_name",), lambda ids: _single(names.portals(ids)) if names else {})


def label_users(table: pa.Table, names: NameLookup | None) -> Labelled:
    """With `user_name`."""
    return _label(table, ("user_name",), lambda ids: _single(names.users(ids)) if names else {})


def _single(found: Mapping[str, str | None]) -> Facts:
    return {key: (name,) for key, name in found.items()}


def _label(table: pa.Table, columns: tuple[str, ...], find: Find) -> Labelled:
    """`table` with these columns after its key, which is its first."""
    ids = table.column(0).to_pylist()
    known = _find_all([one for one in ids if one], find)
    rows = [known.get(one) or (None,) * len(columns) for one in ids]
    for at, column in enumerate(columns):
        values = pa.array([_storable(row[at]) for row in rows], pa.string())
        table = table.add_column(1 + at, pa.field(column, pa.string()), values)
    return Labelled(table, sum(1 for one, row in zip(ids, rows, strict=True) if one and not any(row)))


def _find_all(ids: list[str], find: Find) -> Facts:
    found: dict[str, tuple[str | None, ...] | None] = {}
    for start in range(0, len(ids), BATCH_IDS):
        found.update(find(ids[start : start + BATCH_IDS]))
    return found


def _storable(name: str | None) -> str | None:
    """As UTF-8 can say it: JSON may carry half a character, which no file can."""
    return name.encode("utf-8", "backslashreplace").decode() if name else None
