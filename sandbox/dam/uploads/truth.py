"""What really lies there, for tests to compare; no variant bends it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sandbox.dam.uploads import plan
from sandbox.dam.uploads.parts import read
from sandbox.dam.uploads.paths import folder_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.dam.store import Asset
    from sandbox.dam.uploads.parts import PartFiles
    from sandbox.dam.uploads.rows import UploadRow, UploadTables

    Answer = dict[str, Any]


class Truth:
    """Reads of the tables and of the bytes."""

    def __init__(self, tables: UploadTables, files: PartFiles) -> None:
        self.tables = tables
        self.files = files

    async def originals(self) -> list[Answer]:
        """Every asset whose current file was uploaded, the first one first.

        `size`, `md5` and `sha256` are those of the bytes that lie there; `checksum` is what the API says.
        """
        folders = folder_paths(self.tables.store)
        found = [(self._asset(asset) | {"folder": folders.get(asset.id, "/")}, row) for asset, row in self._completed()]
        places = [self.files.taken(row.id, len(plan.parts(row.size, row.part_bytes))) for _, row in found]
        contents = [await asyncio.to_thread(read, files) for files in places]
        return [shown | content._asdict() for (shown, _), content in zip(found, contents, strict=True)]

    def _completed(self) -> Iterator[tuple[Asset, UploadRow]]:
        """Assets with the upload that their file is from; of several uploads of one file, the last counts."""
        done = sorted((row for row in self.tables.all() if row.completed_ms is not None), key=_completion_time)
        by_file = {row.file_id: row for row in done}
        for asset in self.tables.store.select("asset", "WHERE id IN (SELECT asset_id FROM upload) ORDER BY rowid"):
            if asset.file_id in by_file:
                yield asset, by_file[asset.file_id]

    def _asset(self, asset: Asset) -> Answer:
        names = ("state", "staged_by", "file_id", "filename", "file_type", "checksum")
        return {"asset_id": asset.id} | {name: getattr(asset, name) for name in names}

    def uploads(self) -> Iterator[Answer]:
        """All uploads with their parts, the first one first.

        Of each part: `stored` bytes and `stored_ns` (when they were, nanoseconds since 1970 UTC), both null while it is not
        there; a part that was sent again has another time. `puts` are those that the front stored; it sees none of those
        that go straight to the S3 server.
        """
        puts = self.tables.puts()
        names = ("id", "asset_id", "file_id", "filename", "size", "part_bytes", "issues")
        for row in self.tables.all():
            parts = [self._part(row, part, puts) for part in plan.parts(row.size, row.part_bytes)]
            shown = {name: getattr(row, name) for name in names}
            yield shown | {"is_open": row.completed_ms is None, "parts": parts}

    def _part(self, row: UploadRow, part: plan.Part, puts: dict[tuple[str, int], int]) -> Answer:
        file = self.files.file(row.id, part.number)
        stat = file and file.stat()
        stored = {"stored": stat and stat.st_size, "stored_ns": stat and stat.st_mtime_ns}
        return part._asdict() | stored | {"puts": puts.get((row.id, part.number), 0)}


def _completion_time(row: UploadRow) -> int:
    return row.completed_ms or 0
