"""A folder on any fsspec URL into which files come whole or not at all.

On a local disk a file is written beside its place, flushed to the disk and renamed. On an object store it is written
to a local temporary file and then stored in one go, which such stores make visible at once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from dashmedia.errors import DestinationError
from dashmedia.exports.staging import open_beside, sweep_beside
from dashmedia.sources.remote import remote_errors, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Store(Protocol):
    """What a partition needs of its folder."""

    def stage(self, name: str, write: Callable[[IO[bytes]], object]) -> Callable[[], None]:
        """Write a file where no reader looks; the result, called, puts it in its place."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; FileNotFoundError when there is none."""

    def size(self, name: str) -> int | None:
        """Bytes of a file, or None when there is none."""

    def remove(self, name: str) -> None:
        """Remove a file; none is fine."""

    def sweep(self) -> None:
        """Remove what writers that died had staged here; what a living one has staged stays."""

    def close(self) -> None:
        """Remove what was staged and not put in its place."""


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """The folder at `url`, a path or fsspec URL; local folders are made when something is staged.

    Raises:
        DestinationError: from anything inside that the file system refuses: no space, no permission, no such bucket.
    """
    shown = url.split("?", 1)[0]
    try:
        file_system, path = url_to_fs(url, use_listings_cache=False)
    except (OSError, ValueError, ImportError) as error:  # ImportError: the URL's backend is not installed
        raise DestinationError(shown, str(error)) from error
    store = LocalFolder(Path(path)) if isinstance(file_system, LocalFileSystem) else RemoteFolder(file_system, path)
    try:
        yield store
    except OSError as error:
        raise DestinationError(shown, words_of(error)) from error
    finally:
        store.close()


class LocalFolder:
    """A folder on a disk of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged: list[tuple[Path, IO[bytes]]] = []

    def stage(self, name: str, write: Callable[[IO[bytes]], object]) -> Callable[[], None]:
        """See `Store`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.sweep()
        beside, sink = open_beside(self._folder / name)
        self._staged.append((beside, sink))
        write(sink)
        sink.flush()
        os.fsync(sink.fileno())
        return lambda: self._put(beside, sink, name)

    def open(self, name: str) -> IO[bytes]:
        """See `Store`."""
        return (self._folder / name).open("rb")

    def size(self, name: str) -> int | None:
        """See `Store`."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self._folder / name).stat().st_size
        return None

    def remove(self, name: str) -> None:
        """See `Store`."""
        (self._folder / name).unlink(missing_ok=True)
        self._flush_folder()

    def sweep(self) -> None:
        """See `Store`."""
        sweep_beside(self._folder)

    def close(self) -> None:
        """See `Store`."""
        for path, sink in self._staged:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            with suppress(OSError):  # what the disk refused before, it refuses again
                sink.close()

    def _put(self, beside: Path, sink: IO[bytes], name: str) -> None:
        if os.name == "nt":  # pragma: no cover - Windows renames no open file
            sink.close()
        beside.replace(self._folder / name)
        self._flush_folder()

    def _flush_folder(self) -> None:
        if os.name == "nt":  # pragma: no cover - Windows opens no folders, and flushes them by itself
            return
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class RemoteFolder:
    """A prefix on an object store, or on anything else that fsspec knows."""

    def __init__(self, file_system: Any, path: str) -> None:
        self._file_system, self._path = file_system, path.rstrip("/")
        self._staged: list[IO[bytes]] = []

    def stage(self, name: str, write: Callable[[IO[bytes]], object]) -> Callable[[], None]:
        """See `Store`."""
        staged = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`, after it was stored
        self._staged.append(staged)
        write(staged)
        return lambda: self._put(staged, name)

    def open(self, name: str) -> IO[bytes]:
        """See `Store`."""
        # Whole and in one go: some stores send the checksum of the whole object with a part of it.
        copy = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the reader closes it
        try:
            with remote_errors():
                self._file_system.get_file(self._place(name), copy.name)
        except BaseException:
            copy.close()
            raise
        return cast("IO[bytes]", copy)

    def size(self, name: str) -> int | None:
        """See `Store`."""
        with suppress(FileNotFoundError), remote_errors():
            return int(self._file_system.info(self._place(name))["size"])
        return None

    def remove(self, name: str) -> None:
        """See `Store`."""
        with suppress(FileNotFoundError), remote_errors():
            self._file_system.rm_file(self._place(name))

    def sweep(self) -> None:
        """See `Store`; what is staged here has no name, so that nothing is left of it."""

    def close(self) -> None:
        """See `Store`."""
        for staged in self._staged:
            staged.close()

    def _put(self, staged: IO[bytes], name: str) -> None:
        staged.seek(0)
        with remote_errors(), self._file_system.open(self._place(name), "wb") as sink:
            shutil.copyfileobj(staged, sink, 1024 * 1024)

    def _place(self, name: str) -> str:
        return f"{self._path}/{name}"
