"""The file received, with what its source knows about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashmedia.refusals import shown_uri

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Original:
    """One file received. Times are UTC; what a source does not say is None, never an empty or `nan` text.

    Attributes:
        uri: as written in the manifest, or the path relative to the folder. May carry a signed query: print `shown`.
        url: where the bytes are: an absolute local path, an fsspec URL, or an `https://` address. Print `shown`.
        filename: the name the library shows, without folders.
        row: row of the manifest as its reader counts (a CSV's header is row 1), None in a folder.
        rights_expire_at: the last instant at which it may be used.
    """

    uri: str = field(repr=False)
    url: str = field(repr=False)
    filename: str
    row: int | None = None
    captured_at: datetime | None = None
    creator: str | None = None
    permalink: str | None = None
    consent_evidence: str | None = None
    consent_scope: str | None = None
    rights_expire_at: datetime | None = None
    caption: str | None = None
    alt_text: str | None = None
    tags: tuple[str, ...] = ()
    campaign: str | None = None

    @property
    def is_public(self) -> bool:
        """Its bytes are at an address that the service can fetch by itself."""
        return self.url.startswith("https://")

    @property
    def is_local(self) -> bool:
        """Its bytes are on this machine's file system."""
        return "://" not in self.url

    @property
    def place(self) -> tuple[str, int | None]:
        """What tells it from every other one of its source."""
        return self.uri, self.row

    @property
    def shown(self) -> str:
        """The uri as it may be printed."""
        return shown_uri(self.uri)
