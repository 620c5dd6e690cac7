"""A build step of `prefect.yaml`: what differs between machines, and what no file can know."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from deployments.schedules import starts_by_itself

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]

#: Where a worker finds the repository: here, unless it is at another place in the image or on the other machine.
ROOT_VARIABLE = "DASHMEDIA_ROOT"

#: Where UGC comes from and where exports go, as a worker sees them; the flows' parameters take what is not set here.
PLACES = {"source": "DASHMEDIA_SOURCE", "exports": "DASHMEDIA_EXPORTS"}


def read_places() -> dict[str, str | bool]:
    """What the placeholders of `prefect.yaml` stand for; members that nobody set are left out, and so are their places there."""
    return _read(os.environ)


def _read(env: Mapping[str, str]) -> dict[str, str | bool]:
    places = {member: env[name].strip() for member, name in PLACES.items() if env.get(name, "").strip()}
    switch = starts_by_itself(env)
    root = env.get(ROOT_VARIABLE, "").strip() or str(ROOT)
    return {"root": root, **places, **({} if switch is None else {"schedules": switch})}
