"""Which originals of a source are wanted: glob patterns on the relative path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from fsspec.utils import glob_translate

from dashmedia.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Patterns:
    """A path is wanted when it matches one `include` pattern, or there is none, and no `exclude` pattern.

    A pattern without a slash is matched with the last segment at any depth (`*.jpg`); one with a slash with the whole
    relative path, where `**` stands for any number of folders (`2026-*/**`). Upper and lower case differ.
    """

    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, include: Iterable[str], exclude: Iterable[str]) -> Self:
        """Raises `SourceError` for a pattern that cannot be read."""
        return cls(tuple(map(_compile, include)), tuple(map(_compile, exclude)))

    def want(self, uri: str) -> bool:
        """Whether the path, or the uri without its query, is wanted."""
        path = uri.partition("?")[0] if "://" in uri else uri
        if self.include and not any(p.match(path) for p in self.include):
            return False
        return not any(p.match(path) for p in self.exclude)


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(glob_translate(pattern if "/" in pattern else f"**/{pattern}"))
    except (ValueError, re.error) as error:
        raise SourceError(
            f"The pattern {pattern!r} cannot be read: {error}. Write for example *.jpg or 2026-*/**."
        ) from error
