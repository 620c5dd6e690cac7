"""What every manifest reader yields, and the one demand on columns."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from dashmedia.errors import SourceError, clip
from dashmedia.sources.cells import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read.

    Attributes:
        number: as the reader counts: a CSV's header is row 1, JSON rows are lines, Parquet rows begin at 1.
        cells: column to value; known columns only are looked at.
        problem: why it cannot be used; empty when it can.
    """

    number: int
    cells: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def clean_columns(names: Iterable[Any]) -> list[str]:
    """Column names without blanks around them, in lower case."""
    return [str(name).strip().lower() for name in names]


def require_columns(manifest: str, columns: list[str]) -> None:
    """Raises `SourceError` when `uri` is missing or a known column stands twice; logs the columns nobody reads."""
    if "uri" not in columns:
        near = get_close_matches("uri", columns, n=1, cutoff=0.6)
        hint = f"Did you mean to call {near[0]!r} uri?" if near else "Name the column with the paths or addresses uri."
        raise SourceError(
            f"{manifest} has no column uri: row 1 names {clip(', '.join(columns)) or 'no column'}. {hint}"
        )
    twice = sorted({c for c in columns if c in COLUMNS and columns.count(c) > 1})
    if twice:
        raise SourceError(f"{manifest} has the column {twice[0]} twice in row 1. Remove or rename one of them.")
    unread = [c for c in columns if c and c not in COLUMNS]
    if unread:
        _log.info("%s: columns that are not read: %s.", manifest, clip(", ".join(unread)))
