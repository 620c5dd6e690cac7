"""Runs of our clients without a network: what they would send, and what they look at in the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str, ...]

#: Steps of a path that stand for any entry of a list, and for any key of a map.
ENTRY, KEY = "[]", "{}"


class ByKey(dict[str, Any]):
    """In a sample answer: an object whose names are ids of somebody's, and no members of the API."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request.

    Attributes:
        host: which of our base URLs it goes to: `api` or `auth`.
    """

    host: str
    method: str
    path: str
    endpoint: str
    body: Any = field(repr=False)


@dataclass
class RecordingApi:
    """Takes the place of `dashmedia.http.Api`.

    Attributes:
        host: as in `Sent`.
        answers: given in turn, the last one for good.
        sent: everything, in order.
        asked: members of answers that were looked at, by where they stand.
    """

    host: str
    answers: list[Any]
    sent: list[Sent] = field(default_factory=list)
    asked: set[Path] = field(default_factory=set)

    def call(self, method: str, path: str, *, endpoint: str, body: Any = None, **_: Any) -> Any:
        """Remember the request; the next answer, watched."""
        self.sent.append(Sent(self.host, method, path, endpoint, body))
        return watched(self.answers[min(len(self.sent), len(self.answers)) - 1], self.asked)

    def first(self) -> Any:
        """The first answer once more, watched, for a reader that the client itself does not show."""
        return watched(self.answers[0], self.asked)


class _Watched(dict[str, Any]):
    """An object that tells which members were looked for, there or not."""

    __slots__ = ("_asked", "_at")

    def __init__(self, members: dict[str, Any], asked: set[Path], at: Path) -> None:
        super().__init__(members)
        self._asked, self._at = asked, at

    def get(self, name: str, default: Any = None) -> Any:
        self._asked.add((*self._at, name))
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._asked.add((*self._at, name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._asked.add((*self._at, str(name)))
        return super().__contains__(name)

    def __ror__(self, other: dict[str, Any]) -> _Watched:  # type: ignore[override]  # `{…} | answer` is watched as well
        return _Watched({**other, **dict(self.items())}, self._asked, self._at)


def watched(value: Any, asked: set[Path], at: Path = ()) -> Any:
    """The same value, of which every look-up of a member is added to `asked`."""
    if isinstance(value, dict):
        is_map = isinstance(value, ByKey)
        inner = {name: watched(one, asked, (*at, KEY if is_map else name)) for name, one in value.items()}
        return inner if is_map else _Watched(inner, asked, at)
    return [watched(one, asked, (*at, ENTRY)) for one in value] if isinstance(value, list) else value


def spelled(path: Iterable[str]) -> str:
    """A path as people read it: `results[].result.id`."""
    text = ""
    for step in path:
        text += step if step == ENTRY or not text else f".{step}"
    return text or "the whole"
