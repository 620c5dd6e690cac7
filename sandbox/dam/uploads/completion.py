"""Completions: an upload becomes the current file of its asset."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sandbox.dam.refusal import RefusedError
from sandbox.dam.uploads import plan
from sandbox.dam.uploads.addresses import etag
from sandbox.dam.uploads.parts import md5s
from sandbox.dam.uploads.paths import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.dam.store import Store
    from sandbox.dam.uploads.bodies import Completion
    from sandbox.dam.uploads.parts import PartFiles
    from sandbox.dam.uploads.rows import UploadRow, UploadTables
    from sandbox.dam.variant import Variant

#: More bytes than this are read in a thread; below, the thread would cost more than the reading.
READ_AT_ONCE_BYTES = 1024 * 1024


class Completing:
    """Completes uploads.

    Args:
        tables: the uploads.
        files: the bytes.
        variant: the reading that holds now.
        now_ms: milliseconds since 1970 UTC.
    """

    def __init__(
        self, tables: UploadTables, files: PartFiles, variant: Callable[[], Variant], now_ms: Callable[[], int]
    ) -> None:
        self.tables = tables
        self.files = files
        self.variant = variant
        self.now_ms = now_ms

    @property
    def store(self) -> Store:
        """Of the DAM."""
        return self.tables.store

    async def complete(self, asked: Completion) -> str:
        """Complete an upload, or see that it is complete already; the id of its asset.

        The parts are taken out of reach before they are read, and everything that is kept is kept at the end in one
        transaction, so that a completion that was killed can be sent again.

        Raises:
            RefusedError: 404, there is no such upload; 400, it is not as the request says.
        """
        row = self._upload(asked)
        given = _given(asked, row)
        if row.etags is not None:
            self._check_same(row, given)
            return row.asset_id
        self._check_sizes(row)
        checksum = await self._checked(row, given)
        with self.store.transaction():
            self._keep(row, checksum)
            self.tables.complete(row.id, self.now_ms(), given)
        return row.asset_id

    def _upload(self, asked: Completion) -> UploadRow:
        row = self.tables.get(asked.upload_id)
        if row is None or row.asset_id != asked.asset_id:
            raise RefusedError(404, f"There is no upload {asked.upload_id!r} of asset {asked.asset_id!r}.")
        return row

    def _check_same(self, row: UploadRow, given: list[str]) -> None:
        if self.variant().completion_again == "refused" or row.etags != ",".join(given):
            raise RefusedError(400, f"Upload {row.id!r} is completed already.")

    def _check_sizes(self, row: UploadRow) -> None:
        for part in plan.parts(row.size, row.part_bytes):
            file = self.files.file(row.id, part.number)
            if file is None:
                raise RefusedError(400, f"Part {part.number} of upload {row.id!r} was not uploaded.")
            size = file.stat().st_size
            if size != part.size:
                message = f"Part {part.number} of upload {row.id!r} has {size} bytes; its range has {part.size}."
                raise RefusedError(400, message)

    async def _checked(self, row: UploadRow, given: list[str]) -> str | None:
        """The MD5 of the whole file, once every ETag is right; None when the variant saves the reading."""
        if self.variant().completion_checks == "sizes":
            self.files.take(row.id, len(given))
            return None
        files = self.files.take(row.id, len(given))
        is_large = row.size > READ_AT_ONCE_BYTES
        whole, each = await asyncio.to_thread(md5s, files) if is_large else md5s(files)
        for number, (said, md5) in enumerate(zip(given, each, strict=True), start=1):
            right = etag(md5, self.variant())
            if said != right:
                raise RefusedError(400, f"The eTag of part {number} of upload {row.id!r} is {right!r}, not {said!r}.")
        return whole

    def _keep(self, row: UploadRow, checksum: str | None) -> None:
        """The file of the upload is the current one of its asset, whose state stays what it is."""
        file_type, its_media_type = media_type(row.filename)
        now_ms = self.now_ms()
        file = {
            "file_id": row.file_id,
            "filename": row.filename,
            "file_type": file_type,
            "media_type": its_media_type,
            "extension": PurePosixPath(row.filename).suffix.lower().removeprefix("."),
            "size": row.size,
            "checksum": checksum,
            "width": None,
            "height": None,
            "file_added_ms": now_ms,
            "modified_ms": now_ms,
        }
        changes = ", ".join(f"{name} = ?" for name in file)
        self.store.run(f"UPDATE asset SET {changes} WHERE id = ?", (*file.values(), row.asset_id))  # noqa: S608 - our own names


def _given(asked: Completion, row: UploadRow) -> list[str]:
    """The ETags of all parts in order, without quotes.

    Raises:
        RefusedError: 400, a part is named twice or not at all, or is none of this upload's.
    """
    count = len(plan.parts(row.size, row.part_bytes))
    numbers = sorted(part.part_number for part in asked.parts)
    if numbers != list(range(1, count + 1)):
        raise RefusedError(
            400, f"Upload {row.id!r} has the parts 1 to {count}, each once; the request names {numbers}."
        )
    by_number = {part.part_number: part.e_tag.strip('"') for part in asked.parts}
    return [by_number[number] for number in numbers]
