"""Edits of many assets in few jobs: assets that change alike share one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dashmedia.dam.edits import Edit


@dataclass(frozen=True, slots=True)
class EditGroup:
    """One job: the same edits of all these assets, sorted."""

    edits: tuple[Edit, ...]
    ids: tuple[str, ...]


def waves_of(wanted: Mapping[str, Sequence[Edit]]) -> list[list[EditGroup]]:
    """Jobs that give each asset its edits, in waves: within a wave no asset is in two jobs.

    Either all edits of an asset are one job, shared with the assets that have exactly the same ones; or each field is a
    wave of its own, with one job for each value. Whichever takes fewer jobs: captions differ from asset to asset, campaigns
    do not.

    Args:
        wanted: edits by asset id, at most one for a field; an asset without any is in no job.
    """
    at_once = _grouped((tuple(edits), asset_id) for asset_id, edits in wanted.items() if edits)
    by_field: dict[str, list[tuple[tuple[Edit, ...], str]]] = defaultdict(list)
    for asset_id, edits in wanted.items():
        for edit in edits:
            by_field[edit.field_id].append(((edit,), asset_id))
    one_by_one = [_grouped(parts) for parts in by_field.values()]
    if sum(map(len, one_by_one)) < len(at_once):
        return one_by_one
    return [at_once] if at_once else []


def _grouped(parts: Iterable[tuple[tuple[Edit, ...], str]]) -> list[EditGroup]:
    found: dict[tuple[Edit, ...], list[str]] = defaultdict(list)
    for edits, asset_id in parts:
        found[edits].append(asset_id)
    return [EditGroup(edits, tuple(sorted(ids))) for edits, ids in found.items()]
