"""The folder a manifest may read, and where each of its uris leads."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

from dashmedia.refusals import RefusedError, Rule, shown_uri

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")


def scheme_of(uri: str) -> str:
    """The scheme in lower case, or an empty text for a path."""
    found = _SCHEME.match(uri)
    return found[1].lower() if found else ""


def local_path(url: str) -> str:
    """The path that a `file://` URL names; a path is returned as it is."""
    return url2pathname(urlsplit(url).path) if scheme_of(url) == "file" else url


@dataclass(frozen=True, slots=True)
class Home:
    """A folder, and whether what its manifest names may lie outside.

    Attributes:
        root: an absolute local path without links, or a URL without a slash at the end.
        allow_outside: the person who runs it vouches for every uri.
    """

    root: str
    allow_outside: bool = False

    def locate(self, uri: str) -> str:
        """Where the bytes of `uri` are: a local path without links, an fsspec URL or an https:// address.

        Raises:
            RefusedError: it leads outside, or is an address that nobody should fetch.
        """
        scheme = scheme_of(uri)
        if scheme == "https" or (not scheme and scheme_of(self.root) == "https"):
            return _public(urljoin(self.root + "/", uri) if not scheme else uri)
        if scheme == "http":
            raise RefusedError(
                Rule.BAD_ROW, "http:// is not encrypted, so anybody may change the file on its way: use https://"
            )
        if scheme_of(self.root):
            return self._on_storage(uri, scheme)
        return self._on_disk(uri, scheme)

    def contains(self, path: str) -> bool:
        """A local path without links lies inside."""
        return path == self.root or path.startswith(self.root.rstrip(os.sep) + os.sep)

    def _on_disk(self, uri: str, scheme: str) -> str:
        if scheme and not self.allow_outside:
            raise self._outside(f"a {scheme}:// address")
        if scheme and scheme != "file":
            return uri
        path = os.path.realpath(os.path.join(self.root, local_path(uri)))  # noqa: PTH118 - Path costs 20 µs a row
        if not self.allow_outside and not self.contains(path):
            raise self._outside(shown_uri(uri))
        return path

    def _on_storage(self, uri: str, scheme: str) -> str:
        protocol, _, root = self.root.partition("://")
        if self.allow_outside and scheme:
            return uri if scheme != "file" else local_path(uri)
        # fsspec reads `::` as "this file inside that other one", wherever it stands.
        if "::" in uri or (scheme and scheme != protocol):
            raise self._outside(shown_uri(uri))
        path = posixpath.normpath(uri.partition("://")[2] if scheme else posixpath.join(root, uri))
        if not self.allow_outside and (not path.startswith(root + "/" if root else "") or path.startswith(("..", "/"))):
            raise self._outside(shown_uri(uri))
        return f"{protocol}://{path}"

    def _outside(self, seen: str) -> RefusedError:
        return RefusedError(Rule.OUTSIDE_FOLDER, f"{seen}; the folder is {shown_uri(self.root)}")


def _public(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host:
        raise RefusedError(Rule.BAD_ROW, f"{shown_uri(url)} names no host")
    if "@" in parts.netloc:
        raise RefusedError(Rule.BAD_ROW, f"{shown_uri(url)} carries a username or password; a public address has none")
    return "https" + url[len("https") :]
