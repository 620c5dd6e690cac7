"""Every original in a folder, depth first, in the order of names; one directory's names are in memory at a time."""

from __future__ import annotations

import os
from posixpath import basename
from typing import TYPE_CHECKING

from dashmedia.errors import SourceError
from dashmedia.refusals import Refusal, Rule, shown_uri
from dashmedia.sources.home import Home, scheme_of
from dashmedia.sources.original import Original
from dashmedia.sources.remote import open_file_system, remote_errors, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A name, whether it is a folder, whether it is a link.
Entry = tuple[str, bool, bool]


def read_folder(root: str, *, allow_outside: bool) -> Iterator[Original | Refusal]:
    """Originals and refusals of a local path or fsspec URL. Hidden names (`.…`) are skipped, at every depth.

    Raises:
        SourceError: the folder has no file, or cannot be listed.
    """
    home = Home(root, allow_outside)
    nothing = True
    for found in _walk(home):
        nothing = False
        yield found
    if nothing:
        raise SourceError(
            f"The folder {shown_uri(root)} holds no file. Check the path, or put the originals there first."
        )


def _walk(home: Home) -> Iterator[Original | Refusal]:
    # A stack of half-read directories instead of recursion: folders may be nested deeper than Python calls may.
    entered: set[str] = set()
    listings = [("", iter(_list(home.root)))]
    while listings:
        folder, entries = listings[-1]
        entry = next(entries, None)
        if entry is None:
            listings.pop()
            continue
        name, is_folder, is_link = entry
        path = f"{folder}{name}"
        if refusal := _refuse_entry(home, path, is_link=is_link):
            yield refusal
        elif not is_folder:
            yield Original(uri=path, url=_url(home, path), filename=name)
        elif not is_link or _leads_on(home, path, entered):
            try:
                listings.append((f"{path}/", iter(_list(_url(home, path)))))
            except SourceError as error:
                yield Refusal(
                    shown_uri(path), None, Rule.FILE_UNREADABLE, f"the folder cannot be listed: {error.__cause__}"
                )


def _url(home: Home, path: str) -> str:
    return f"{home.root.rstrip('/')}/{path}"


def _refuse_entry(home: Home, path: str, *, is_link: bool) -> Refusal | None:
    if "::" in path and scheme_of(home.root):
        return Refusal(shown_uri(path), None, Rule.BAD_ROW, "a name on a storage must not hold `::`")
    if not _is_unicode(path):
        return Refusal(shown_uri(path), None, Rule.FILE_UNREADABLE, "its name is not UTF-8, so no service can hold it")
    if is_link and not home.allow_outside and not home.contains(target := os.path.realpath(_url(home, path))):
        return Refusal(shown_uri(path), None, Rule.OUTSIDE_FOLDER, f"a link to {shown_uri(target)}")
    return None


def _leads_on(home: Home, path: str, entered: set[str]) -> bool:
    """A linked folder is entered when it is outside (so allowed), and once only: links may go round in circles."""
    target = os.path.realpath(_url(home, path))
    leads_on = not home.contains(target) and target not in entered
    entered.add(target)
    return leads_on


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _list(url: str) -> list[Entry]:
    try:
        entries = _list_remote(url) if scheme_of(url) else _list_local(url)
    except OSError as error:
        cause = OSError(words_of(error))
        raise SourceError(
            f"The folder {shown_uri(url)} cannot be listed: {words_of(error)}. Check path and rights."
        ) from cause
    return sorted(entries)


def _list_local(path: str) -> list[Entry]:
    with os.scandir(path) as found:
        return [(e.name, e.is_dir(), e.is_symlink()) for e in found if not e.name.startswith(".")]


def _list_remote(url: str) -> list[Entry]:
    file_system, path = open_file_system(url)
    with remote_errors():
        listing = file_system.ls(path, detail=True)
    names = [
        (basename(e["name"].rstrip("/")), e["type"] == "directory", False) for e in listing if not _is_marker(e, path)
    ]
    return [entry for entry in names if not entry[0].startswith(".")]


def _is_marker(entry: dict[str, str], path: str) -> bool:
    """S3 consoles make folders by storing an empty object under the folder's own name."""
    return entry["type"] == "file" and entry["name"].rstrip("/") == path.rstrip("/")
