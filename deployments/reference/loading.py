"""The flows that there are: one a file, found by name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import Flow

ROOT = Path(__file__).parents[2]


def load_flows() -> list[Flow[..., Any]]:
    """Every flow, sorted by name."""
    stems = sorted(path.stem for path in (ROOT / "flows").glob("*.py") if path.stem != "__init__")
    return [getattr(import_module(f"flows.{stem}"), stem) for stem in stems]
