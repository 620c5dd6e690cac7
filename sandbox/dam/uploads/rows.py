"""Uploads in SQLite: what is open and what was completed survives a restart and a kill."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sandbox.dam.store import Store


class UploadRow(NamedTuple):
    """One upload.

    Attributes:
        id: of the upload.
        asset_id: of the asset it is for.
        file_id: of the asset's file that it becomes.
        filename: that this file will have.
        size: of the whole file, bytes.
        part_bytes: of every part but the last one.
        created_ms: when it was made, milliseconds since 1970 UTC.
        completed_ms: when it was completed, None while it is open.
        etags: of its parts in order, with commas between them; None while it is open.
        issues: how often URLs were issued for it.
    """

    id: str
    asset_id: str
    file_id: str
    filename: str
    size: int
    part_bytes: int
    created_ms: int
    completed_ms: int | None = None
    etags: str | None = None
    issues: int = 0


class UploadTables:
    """Reads and writes of `upload` and `part_put`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, row: UploadRow) -> None:
        """Keep a new one."""
        self.store.run(f"INSERT INTO upload VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - marks

    def get(self, upload_id: str) -> UploadRow | None:
        """The upload of this id."""
        rows = self.store.run("SELECT * FROM upload WHERE id = ?", (upload_id,))
        return UploadRow._make(rows[0]) if rows else None

    def all(self) -> list[UploadRow]:
        """All of them, the first one first."""
        return [UploadRow._make(row) for row in self.store.run("SELECT * FROM upload ORDER BY rowid")]

    def file_ids(self, asset_id: str) -> set[str]:
        """Files this asset got by uploads."""
        found = self.store.run("SELECT file_id FROM upload WHERE asset_id = ? AND completed_ms NOT NULL", (asset_id,))
        return {file_id for (file_id,) in found}

    def complete(self, upload_id: str, completed_ms: int, etags: list[str]) -> None:
        """It is not open any more."""
        self.store.run(
            "UPDATE upload SET completed_ms = ?, etags = ? WHERE id = ?", (completed_ms, ",".join(etags), upload_id)
        )

    def next_issue(self, upload_id: str) -> int:
        """Count one more issue of URLs; its number, from 1 on."""
        ((issue,),) = self.store.run(
            "UPDATE upload SET issues = issues + 1 WHERE id = ? RETURNING issues", (upload_id,)
        )
        return int(issue)

    def begin_put(self, upload_id: str, part_number: int, issue: int) -> int:
        """Count a PUT that arrived at the front, with a URL of that issue; how many such PUTs there were before."""
        key = (upload_id, issue)
        ((before,),) = self.store.run("SELECT count(*) FROM part_put WHERE upload_id = ? AND issue = ?", key)
        self.store.run("INSERT INTO part_put VALUES (?, ?, ?, 0)", (upload_id, part_number, issue))
        return int(before)

    def end_put(self, upload_id: str, part_number: int, issue: int) -> None:
        """One of these PUTs was stored."""
        self.store.run(
            "UPDATE part_put SET stored = 1 WHERE rowid = (SELECT min(rowid) FROM part_put "
            "WHERE upload_id = ? AND part_number = ? AND issue = ? AND stored = 0)",
            (upload_id, part_number, issue),
        )

    def puts(self) -> dict[tuple[str, int], int]:
        """PUTs that the front stored, by upload and part number."""
        found = self.store.run("SELECT upload_id, part_number, sum(stored) FROM part_put GROUP BY 1, 2")
        return {(upload_id, number): stored for upload_id, number, stored in found}
