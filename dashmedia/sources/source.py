"""Opening a source: a folder or a manifest becomes one stream of originals and refusals."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dashmedia.errors import SourceError
from dashmedia.refusals import Refusal, shown_uri
from dashmedia.sources.folder import read_folder
from dashmedia.sources.home import Home, local_path, scheme_of
from dashmedia.sources.manifest import READERS, count_rows, manifest_suffix, read_manifest
from dashmedia.sources.patterns import Patterns
from dashmedia.sources.remote import open_file_system, remote_errors, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dashmedia.sources.original import Original
    from dashmedia.sources.shard import Shard


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or manifest that exists. Iterating reads it anew, and holds a few hundred rows or one directory's names.

    Attributes:
        url: absolute path or URL, without a slash at the end.
        is_manifest: false for a folder.
        wanted: which originals are asked for.
        limit: at most so many originals and refusals, None for all.
        allow_outside: uris may lead outside the folder.
        shard: which share of these is asked for; None for all of them.
    """

    url: str
    is_manifest: bool
    wanted: Patterns
    limit: int | None
    allow_outside: bool
    shard: Shard | None = None

    def __iter__(self) -> Iterator[Original | Refusal]:
        """Originals and refusals in the source's own order.

        Raises:
            SourceError: the source as a whole cannot be read, has no rows or no files.
        """
        # The limit counts before the source is shared out, so all shards together look at what one run would look at.
        wanted = islice(filter(self._is_wanted, self._read()), self.limit)
        return filter(self.shard.holds, wanted) if self.shard else wanted

    def count(self) -> int | None:
        """At most so many items, for a progress bar; None where only reading the whole source would tell.

        For a shard it is about so many: its part, if all parts were alike.
        """
        most = count_rows(self.url) if self.is_manifest else self._count_files()
        if most is None:
            return None
        most = most if self.limit is None else min(most, self.limit)
        return -(-most // self.shard.count) if self.shard else most

    def _read(self) -> Iterator[Original | Refusal]:
        if not self.is_manifest:
            return read_folder(self.url, allow_outside=self.allow_outside)
        return read_manifest(self.url, Home(_folder_of(self.url), self.allow_outside))

    def _is_wanted(self, item: Original | Refusal) -> bool:
        # A row without a readable uri matches no pattern, and must be seen all the same.
        return (isinstance(item, Refusal) and not item.uri) or self.wanted.want(item.uri)

    def _count_files(self) -> int | None:
        if scheme_of(self.url):
            return None
        return sum(len(names) for _, _, names in os.walk(self.url))


def open_source(
    source: str,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limit: int | None = None,
    allow_outside: bool = False,
    shard: Shard | None = None,
) -> Source:
    """The source at a path or URL.

    Args:
        source: a folder, or a manifest ending in .csv, .jsonl or .parquet; a local path, or any URL that fsspec knows.
        include: patterns of which one must match, see `Patterns`; none means all.
        exclude: patterns of which none may match.
        limit: stop after so many originals and refusals.
        allow_outside: let a manifest name files outside its folder, and links lead out of a folder.
        shard: only this share of what was chosen so far.

    Raises:
        SourceError: there is nothing there, or it is neither a folder nor a manifest.
    """
    url = _absolute(source)
    is_manifest = bool(manifest_suffix(url)) and not _is_folder(url)
    if not is_manifest:
        _require_folder(url)
    return Source(url, is_manifest, Patterns.of(include, exclude), limit, allow_outside, shard)


def _absolute(source: str) -> str:
    if not source.strip():
        raise SourceError("The source is empty. Give a folder, or a manifest ending in .csv, .jsonl or .parquet.")
    scheme = scheme_of(source)
    if scheme == "http":
        raise SourceError(f"The source {shown_uri(source)} is not encrypted. Use https://.")
    if scheme not in {"", "file"}:
        return source if "?" in source else source.rstrip("/")
    return os.path.realpath(Path(local_path(source)).expanduser())


def _folder_of(url: str) -> str:
    """The folder in which a manifest lies."""
    return url.partition("?")[0].rpartition("/")[0] if scheme_of(url) else str(Path(url).parent)


def _is_folder(url: str) -> bool:
    if scheme_of(url) == "https":
        return False
    if not scheme_of(url):
        return Path(url).is_dir()
    try:
        with remote_errors():
            file_system, path = open_file_system(url)
            return bool(file_system.isdir(path))
    except OSError as error:
        raise SourceError(
            f"The source {shown_uri(url)} cannot be reached: {words_of(error)}. Check address and credentials."
        ) from error


def _require_folder(url: str) -> None:
    if _is_folder(url):
        return
    kinds = ", ".join(READERS)
    if not scheme_of(url) and not Path(url).exists():
        raise SourceError(f"The source {shown_uri(url)} does not exist. Give a folder or a manifest ({kinds}).")
    raise SourceError(
        f"The source {shown_uri(url)} is neither a folder nor a manifest. Give a folder or a file ending in {kinds}."
    )
