"""New uploads: for assets that are made with them, and for assets that are there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sandbox.dam.jobs.job_type import ItemRefusedError
from sandbox.dam.store import Asset
from sandbox.dam.uploads import plan
from sandbox.dam.uploads.paths import FilePath, put_into_folder
from sandbox.dam.uploads.rows import UploadRow, UploadTables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.store import Store
    from sandbox.dam.uploads.bodies import NewFile, NewVersion
    from sandbox.dam.variant import Variant


class Opening:
    """Makes uploads.

    Args:
        store: of the DAM.
        variant: the reading that holds now.
        user_id: who stages new assets.
        now_ms: milliseconds since 1970 UTC.
    """

    def __init__(self, store: Store, variant: Callable[[], Variant], user_id: str, now_ms: Callable[[], int]) -> None:
        self.store = store
        self.tables = UploadTables(store)
        self.variant = variant
        self.user_id = user_id
        self.now_ms = now_ms

    def for_new_asset(self, new: NewFile) -> UploadRow:
        """A staged asset without a file, and an upload for it; or the upload that the request names.

        Raises:
            ItemRefusedError: a rule is broken; there is no asset then.
        """
        if new.known_upload_id:
            return self.known(new.known_upload_id)
        path, each = FilePath.parse(new.path), self._part_bytes(new)
        asset = empty_asset(self.user_id, self.now_ms())
        with self.store.transaction():
            self.store.add("asset", [asset])
            put_into_folder(self.store, asset.id, path.folders)
            return self._open(asset.id, str(uuid.uuid4()), path.filename, new.size, each)

    def for_asset(self, new: NewVersion) -> UploadRow:
        """An upload for an asset that is there, whose folders stay as they are; or the upload that the request names.

        Raises:
            ItemRefusedError: a rule is broken, or there is no such asset, or no such file of it.
        """
        if new.known_upload_id:
            return self.known(new.known_upload_id, new.asset_id)
        path, each = FilePath.parse(new.path), self._part_bytes(new)
        found = self.store.select("asset", "WHERE id = ?", (new.asset_id,))
        if not found:
            raise ItemRefusedError(f"There is no asset {new.asset_id!r}.")
        file_id = new.asset_file_id
        if file_id and file_id != found[0].file_id and file_id not in self.tables.file_ids(new.asset_id):
            raise ItemRefusedError(f"Asset {new.asset_id!r} has no file {file_id!r}.")
        return self._open(new.asset_id, file_id or str(uuid.uuid4()), path.filename, new.size, each)

    def known(self, upload_id: str, asset_id: str | None = None) -> UploadRow:
        """An open upload, of that asset if one is named.

        Raises:
            ItemRefusedError: there is none.
        """
        row = self.tables.get(upload_id)
        if row is None or asset_id not in (None, row.asset_id):
            of_asset = f" of asset {asset_id!r}" if asset_id else ""
            raise ItemRefusedError(f"There is no upload {upload_id!r}{of_asset}.")
        if row.completed_ms is not None:
            raise ItemRefusedError(f"Upload {upload_id!r} is completed; it has no URLs any more.")
        return row

    def _part_bytes(self, new: NewFile) -> int:
        """The part size, once nothing can be wrong with the request any more."""
        each = plan.part_bytes(new.size, new.part_size, self.variant().part_bytes)
        wanted = new.part_urls_request.url_requests if new.part_urls_request else ()
        plan.chosen(plan.parts(new.size, each), (one.part_number for one in wanted))
        return each

    def _open(self, asset_id: str, file_id: str, filename: str, size: int, each: int) -> UploadRow:
        row = UploadRow(str(uuid.uuid4()), asset_id, file_id, filename, size, each, self.now_ms())
        self.tables.add(row)
        return row


def empty_asset(staged_by: str, now_ms: int) -> Asset:
    """A staged asset without a file."""
    return Asset(
        id=str(uuid.uuid4()),
        state="STAGED",
        staged_by=staged_by,
        staged_ms=now_ms,
        pending_ms=None,
        live_ms=None,
        modified_ms=now_ms,
    )
