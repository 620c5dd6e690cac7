"""Files on any fsspec URL, with one kind of error: `OSError`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fsspec.core import url_to_fs

from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_file_system(url: str) -> tuple[Any, str]:
    """The file system of `url` and the path on it. Listings are not kept: they go stale, and grow with the folder."""
    file_system, path = url_to_fs(url, use_listings_cache=False)
    return file_system, path


@contextmanager
def remote_errors() -> Iterator[None]:
    """Whatever a storage library raises inside comes out as an `OSError` with its words."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # each fsspec backend has its own, and some derive from nothing else
        raise OSError(f"{type(error).__name__}: {clip(str(error))}") from error


def words_of(error: OSError) -> str:
    """What an operating or storage system says, without the path: `permission denied`."""
    return clip(error.strerror or str(error) or type(error).__name__)
