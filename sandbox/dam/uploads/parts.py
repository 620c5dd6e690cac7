"""Where the bytes of parts lie, and what they are."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sandbox.s3 import Bucket

#: Folder of parts as the S3 server stores them, and of parts that a completion took from there, in the bucket.
PUT_FOLDER, TAKEN_FOLDER = "parts", "files"
READ_BYTES = 1024 * 1024


class Bytes(NamedTuple):
    """A whole file, read."""

    size: int
    md5: str
    sha256: str


class PartFiles:
    """The files behind part objects.

    A completion takes them out of reach of URLs that are still good, so that a late PUT changes nothing.
    """

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        (bucket.folder / TAKEN_FOLDER).mkdir(parents=True, exist_ok=True)

    @staticmethod
    def key(upload_id: str, number: int) -> str:
        """Of the object that a part is put to. One flat folder: the S3 server stumbles over first writes into new ones."""
        return f"{PUT_FOLDER}/{upload_id}.{number}"

    @staticmethod
    def read_key(key: str) -> tuple[str, int] | None:
        """Upload and part number of such a key, None for any other one."""
        name = key.removeprefix(f"{PUT_FOLDER}/")
        upload_id, _, number = name.rpartition(".")
        return (upload_id, int(number)) if name != key and number.isdecimal() else None

    def file(self, upload_id: str, number: int) -> Path | None:
        """The file of a part, None while there is none; one that was put again goes before one that was taken."""
        name = f"{upload_id}.{number}"
        places = (self.bucket.folder / folder / name for folder in (PUT_FOLDER, TAKEN_FOLDER))
        return next((place for place in places if place.is_file()), None)

    def taken(self, upload_id: str, count: int) -> list[Path]:
        """The files of all parts, whether or not they are there."""
        return [self.bucket.folder / TAKEN_FOLDER / f"{upload_id}.{number}" for number in range(1, count + 1)]

    def take(self, upload_id: str, count: int) -> list[Path]:
        """Move all parts out of reach, as far as that was not done before; their files."""
        files = self.taken(upload_id, count)
        for file in files:
            with suppress(FileNotFoundError):
                (self.bucket.folder / PUT_FOLDER / file.name).rename(file)
        return files


def md5s(files: Sequence[Path]) -> tuple[str, list[str]]:
    """MD5 of all files one behind the other, and of each by itself."""
    whole, each = hashlib.md5(usedforsecurity=False), []
    for path in files:
        digest = hashlib.md5(usedforsecurity=False) if len(files) > 1 else whole
        with path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                digest.update(piece)
                if digest is not whole:
                    whole.update(piece)
        each.append(digest.hexdigest())
    return whole.hexdigest(), each


def read(files: Sequence[Path]) -> Bytes:
    """All files one behind the other; the same ones are not read again while nothing about them changes."""
    stats = [path.stat() for path in files]
    return _read(tuple(files), tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in stats))


@lru_cache(maxsize=10_000)
def _read(files: tuple[Path, ...], _: tuple[tuple[int, int, int], ...]) -> Bytes:
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                md5.update(piece)
                sha256.update(piece)
                size += len(piece)
    return Bytes(size, md5.hexdigest(), sha256.hexdigest())
