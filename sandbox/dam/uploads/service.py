"""Uploads put together: everything that is done with one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sandbox.dam.jobs.job_type import ItemRefusedError
from sandbox.dam.refusal import RefusedError
from sandbox.dam.uploads.addresses import Addresses
from sandbox.dam.uploads.completion import Completing
from sandbox.dam.uploads.job_types import NewAssets, NewVersions
from sandbox.dam.uploads.opening import Opening
from sandbox.dam.uploads.parts import PartFiles
from sandbox.dam.uploads.rows import UploadTables
from sandbox.dam.uploads.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.store import Store
    from sandbox.dam.uploads.bodies import Completion, NewVersion
    from sandbox.dam.variant import Variant
    from sandbox.s3 import Bucket


class Uploads:
    """Uploads of the DAM.

    Args:
        store: of the DAM.
        bucket: where parts are put.
        variant: the reading that holds now.
        user_id: who stages new assets.
        require_permission: refuses whoever may not upload.
        wall: Unix time in seconds.
    """

    def __init__(
        self,
        store: Store,
        bucket: Bucket,
        variant: Callable[[], Variant],
        user_id: str,
        require_permission: Callable[[], None],
        wall: Callable[[], float] = time.time,
    ) -> None:
        def now_ms() -> int:
            return int(wall() * 1000)

        self.bucket = bucket
        self._require_permission = require_permission
        self.tables = UploadTables(store)
        files = PartFiles(bucket)
        self.opening = Opening(store, variant, user_id, now_ms)
        self.addresses = Addresses(self.tables, bucket, variant)
        self.completing = Completing(self.tables, files, variant, now_ms)
        self.truth = Truth(self.tables, files)
        given = (self.opening, self.addresses, require_permission)
        self.job_types = (NewAssets(*given), NewVersions(*given))

    def create(self, new: NewVersion, expires_s: int | None = None) -> dict[str, Any]:
        """An upload for an asset that is there, or more URLs of an open one.

        Raises:
            RefusedError: 400, a rule is broken; 403, the caller may not upload.
        """
        self._require_permission()
        try:
            with self.tables.store.transaction():
                return self.addresses.issue(self.opening.for_asset(new), new.part_urls_request, expires_s)
        except ItemRefusedError as error:
            raise RefusedError(400, str(error)) from error

    async def complete(self, asked: Completion) -> dict[str, Any]:
        """Make a file of the parts.

        Raises:
            RefusedError: 404 or 400.
        """
        return {"id": await self.completing.complete(asked)}

    def reset(self) -> None:
        """Forget all bytes; the tables are the store's."""
        self.bucket.clear()
