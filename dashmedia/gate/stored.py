"""Stored originals: looking at one, opening it, and noticing that it changed in between."""

from __future__ import annotations

import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dashmedia.errors import SourceChangedError
from dashmedia.gate.rules import Stamp
from dashmedia.limits import MIB, READ_ONCE_BYTES
from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources.remote import open_file_system, remote_errors, words_of

if TYPE_CHECKING:
    from dashmedia.gate.rules import Checked
    from dashmedia.sources import Original

#: Read-ahead of large remote files, in bytes: one request each.
REMOTE_BLOCK_BYTES = 8 * MIB

#: Names under which file systems tell when or as what a file was last written, the surest first.
_VERSIONS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created")


def look_at(original: Original) -> Stamp:
    """Size and version of a stored original, without reading it.

    Raises:
        RefusedError: file_missing, or file_unreadable with the reason.
    """
    try:
        return _stat(original.url) if original.is_local else _remote_stamp(original.url)
    except FileNotFoundError as error:
        raise RefusedError(Rule.FILE_MISSING, words_of(error)) from error
    except (OSError, ValueError, OverflowError) as error:
        words = words_of(error) if isinstance(error, OSError) else str(error)
        raise RefusedError(Rule.FILE_UNREADABLE, words) from error


def open_stored(original: Original, size: int) -> BinaryIO:
    """Its bytes: a plain file, or from a storage in one request up to 16 MiB and with read-ahead above."""
    if original.is_local:
        return Path(original.url).open("rb")
    file_system, path = open_file_system(original.url)
    with remote_errors():
        if size <= READ_ONCE_BYTES:
            # One byte more than was seen: a file that grew meanwhile shows, and cannot fill the memory.
            return io.BytesIO(file_system.cat_file(path, start=0, end=size + 1))
        return cast("BinaryIO", file_system.open(path, "rb", block_size=REMOTE_BLOCK_BYTES, cache_type="readahead"))


def open_checked(checked: Checked) -> BinaryIO:
    """The bytes that were checked, for the upload; the caller closes them.

    Raises:
        SourceChangedError: size or version are not those of the check, or the file is gone.
        ValueError: the original is public, so its bytes are not ours to send.
    """
    if checked.stamp is None:
        raise ValueError(f"{checked.original.shown} is at a public address; give the address itself to the service.")
    try:
        stream = open_stored(checked.original, checked.size)
        # A local file is asked through the open file, so that nothing can come in between.
        now = _stamp_of(os.fstat(stream.fileno())) if checked.original.is_local else _remote_stamp(checked.original.url)
    except OSError as error:
        raise SourceChangedError(checked.original.shown, words_of(error), str(checked.stamp)) from error
    if now != checked.stamp:
        stream.close()
        raise SourceChangedError(checked.original.shown, str(now), str(checked.stamp))
    return stream


def _stat(path: str) -> Stamp:
    return _stamp_of(os.stat(path))  # noqa: PTH116 - Path costs as much as the call itself


def _stamp_of(found: os.stat_result) -> Stamp:
    # Opening a pipe would wait for ever, reading a device would never end.
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe, socket or device"
        raise RefusedError(Rule.FILE_UNREADABLE, f"it is {kind}, expected a file")
    whole_s, rest_ns = divmod(found.st_mtime_ns, 10**9)
    return Stamp(found.st_size, f"{datetime.fromtimestamp(whole_s, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ns:09}Z")


def _remote_stamp(url: str) -> Stamp:
    file_system, path = open_file_system(url)
    with remote_errors():
        info: dict[str, Any] = file_system.info(path)
    if info.get("type") == "directory":
        raise RefusedError(Rule.FILE_UNREADABLE, "it is a folder, expected a file")
    version = next((info[name] for name in _VERSIONS if info.get(name) is not None), "unknown")
    return Stamp(int(info.get("size") or 0), str(version).strip('"'))
