"""Jobs that change assets which a selector names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sandbox.dam.jobs.job_type import JobType

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.catalogue import Catalogue
    from sandbox.dam.permissions import Permissions


class AssetJobs(JobType):
    """What they work with.

    Args:
        catalogue: finds assets by criterion.
        permissions: of the caller.
        wall: Unix time in seconds.
    """

    def __init__(self, catalogue: Catalogue, permissions: Permissions, wall: Callable[[], float] = time.time) -> None:
        self.catalogue = catalogue
        self.permissions = permissions
        self.store = catalogue.store
        self.wall = wall
