"""The path of a new asset: its folders, which are made where they are missing, and the name of its file."""

from __future__ import annotations

import mimetypes
import uuid
from typing import TYPE_CHECKING, NamedTuple

from sandbox.dam.jobs.job_type import ItemRefusedError
from sandbox.dam.store import AssetValue, FieldOption

if TYPE_CHECKING:
    from sandbox.dam.store import Store

#: The name of a file whose path is "/" alone; the vendor's is not known.
NAMELESS = "untitled"
#: First half of a media type, and what the DAM calls it; whatever it does not know is a document.
FILE_TYPES = {"image": "IMAGE", "video": "VIDEO", "audio": "AUDIO"}


class FilePath(NamedTuple):
    """`/UGC/2031-02/look.jpg`, read."""

    folders: tuple[str, ...]
    filename: str

    @classmethod
    def parse(cls, path: str) -> FilePath:
        """Of a request.

        Raises:
            ItemRefusedError: it does not begin at the top, or something between its slashes is empty.
        """
        top, *names = path.split("/")
        if top or not names:
            raise ItemRefusedError(f"path is {path!r}; it has to begin with a slash.")
        if names == [""]:
            return cls((), NAMELESS)
        if not all(names):
            raise ItemRefusedError(f"path is {path!r}; every folder, and the file at its end, needs a name.")
        return cls(tuple(names[:-1]), names[-1])


def media_type(filename: str) -> tuple[str, str]:
    """What the DAM calls this kind of file, and its media type, by the name alone."""
    found = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return FILE_TYPES.get(found.partition("/")[0], "DOCUMENT"), found


def put_into_folder(store: Store, asset_id: str, folders: tuple[str, ...]) -> None:
    """Give a new asset the whole branch of its folder as values; at the top level it has none."""
    (field_id,) = (row.id for row in store.select("field", "WHERE indestructable"))
    parent_id = None
    for position, name in enumerate(folders):
        parent_id = _option_id(store, field_id, parent_id, name)
        store.add("asset_value", [AssetValue(asset_id, field_id, position, parent_id)])


def _option_id(store: Store, field_id: str, parent_id: str | None, name: str) -> str:
    """The folder of that name in this one, made if it is not there."""
    beside = store.select(
        "field_option", "WHERE field_id = ? AND parent_id IS ? ORDER BY position", (field_id, parent_id)
    )
    found = next((one.id for one in beside if one.value == name), None)
    if found is None:
        found = str(uuid.uuid4())
        store.add("field_option", [FieldOption(found, field_id, parent_id, name, len(beside))])
    return str(found)


def folder_paths(store: Store) -> dict[str, str]:
    """`/UGC/2031-02` by asset id: the deepest of its folders; assets at the top level are left out."""
    names = {row.id: (row.parent_id, row.value) for row in store.select("field_option")}

    def path(option_id: str | None) -> str:
        parent_id, name = names.get(option_id or "", (None, ""))
        return f"{path(parent_id)}/{name}" if name else ""

    (field_id,) = (row.id for row in store.select("field", "WHERE indestructable"))
    values = store.select("asset_value", "WHERE field_id = ? ORDER BY asset_id, position", (field_id,))
    return {one.asset_id: path(one.value) for one in values}
