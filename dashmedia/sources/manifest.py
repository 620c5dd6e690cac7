"""Originals listed in a manifest: `.csv`, `.jsonl` or `.parquet`, on this machine, an fsspec URL or https://."""

from __future__ import annotations

import io
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from dashmedia.errors import SourceError
from dashmedia.limits import GIB, MIB, READ_ONCE_BYTES
from dashmedia.refusals import Refusal, RefusedError, Rule, shown_uri
from dashmedia.sources.cells import parse_row, readable_uri
from dashmedia.sources.csv_rows import read_csv_rows
from dashmedia.sources.home import scheme_of
from dashmedia.sources.jsonl_rows import read_jsonl_rows
from dashmedia.sources.parquet_rows import count_parquet_rows, read_parquet_rows
from dashmedia.sources.public import fetch_public
from dashmedia.sources.remote import open_file_system, remote_errors, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.sources.home import Home
    from dashmedia.sources.original import Original
    from dashmedia.sources.rows import Row

#: What reads each kind of manifest.
READERS: dict[str, Callable[[BinaryIO, str], Iterator[Row]]] = {
    ".csv": read_csv_rows,
    ".jsonl": read_jsonl_rows,
    ".parquet": read_parquet_rows,
}


def manifest_suffix(url: str) -> str:
    """`.csv`, `.jsonl` or `.parquet`; an empty text for anything else. A query does not count."""
    path = url.partition("?")[0] if scheme_of(url) else url
    suffix = Path(path).suffix.lower()
    return suffix if suffix in READERS else ""


def read_manifest(url: str, home: Home) -> Iterator[Original | Refusal]:
    """An original or a refusal for each row, in order. A row that stands twice comes twice.

    Whether a repeated row is a duplicate is decided by its content, in the ledger: only there is it known whether the
    first one was taken or, say, refused for a consent that the second one has; and nothing has to be remembered here.

    Raises:
        SourceError: the manifest as a whole cannot be read; possibly after rows that could.
    """
    with open_manifest(url) as stream:
        for row in READERS[manifest_suffix(url)](stream, shown_uri(url)):
            yield _original_of(row, home)


def _original_of(row: Row, home: Home) -> Original | Refusal:
    if row.problem:
        return Refusal(readable_uri(row.cells), row.number, Rule.BAD_ROW, row.problem)
    try:
        return parse_row(row.number, row.cells, home)
    except RefusedError as refused:
        return Refusal(readable_uri(row.cells), row.number, refused.rule, refused.seen)


def count_rows(url: str) -> int | None:
    """At most so many rows; None where that would mean reading a remote file twice."""
    if scheme_of(url):
        return None
    with open_manifest(url) as stream:
        if manifest_suffix(url) == ".parquet":
            return count_parquet_rows(stream)
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(MIB), b"")) + 1


@contextmanager
def open_manifest(url: str) -> Iterator[BinaryIO]:
    """The manifest's bytes; what cannot be opened or read becomes a `SourceError`."""
    try:
        with _open(url) as stream:
            yield stream
    except RefusedError as error:
        raise SourceError(
            f"The manifest {shown_uri(url)} cannot be fetched: {error.seen}. Check the address."
        ) from error
    except OSError as error:
        raise SourceError(
            f"The manifest {shown_uri(url)} cannot be read: {words_of(error)}. Check the path and the rights on it."
        ) from error


def _open(url: str) -> BinaryIO:
    if scheme_of(url) == "https":
        return fetch_public(url, GIB)
    if not scheme_of(url):
        return Path(url).open("rb")
    file_system, path = open_file_system(url)
    with remote_errors():
        stream = file_system.open(path, "rb")
    if not stream.seekable() or manifest_suffix(url) == ".parquet":
        return _nearby(stream)
    # fsspec's own files cannot read a line of limited length.
    return cast("BinaryIO", io.BufferedReader(stream, MIB))


def _nearby(stream: BinaryIO) -> BinaryIO:
    """A copy: Parquet is read at several places in turn, each of which would fetch a block; some only go forward."""
    spool = SpooledTemporaryFile(READ_ONCE_BYTES)  # noqa: SIM115 - the caller closes it
    with stream:
        shutil.copyfileobj(stream, spool, MIB)
    spool.seek(0)
    return cast("BinaryIO", spool)
