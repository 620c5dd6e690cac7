"""Which members of an answer our readers use, found out by taking each away and reading again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from dashmedia.contract.calls import REFUSED, Call, Run, run
from dashmedia.contract.recording import ENTRY, KEY, ByKey, Path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashmedia.contract.recording import Sent


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a sample answer.

    Attributes:
        is_needed: without it the answer is refused.
        is_used: without it a fact is lost, or the answer is refused.
        others: names under which it is found as well, best first.
    """

    is_needed: bool
    is_used: bool
    others: tuple[str, ...] = ()


@cache
def sample_of(call: Call, number: int) -> Sample:
    """One of the shapes of a call's answer; what was learnt of it is the same for every file."""
    return Sample(call, call.shapes[number])


class Sample:
    """One shape of an answer, and what becomes of it when it is changed.

    Args:
        call: whose answer it is.
        shape: the answer.
    """

    def __init__(self, call: Call, shape: Any) -> None:
        self._call, self.shape = call, shape
        self._whole = run(call, shape)
        self._members: dict[Path, Member] = {}
        self._runs_without: dict[Path, Run] = {}

    @property
    def sent(self) -> tuple[Sent, ...]:
        """The requests of the run."""
        return self._whole.sent

    @property
    def asked(self) -> frozenset[Path]:
        """Members that were looked for, in the answer as it is."""
        return self._whole.asked

    def member(self, path: Path) -> Member:
        """What the member at `path` is good for."""
        if path not in self._members:
            self._members[path] = self._learn(path)
        return self._members[path]

    def _learn(self, path: Path) -> Member:
        without = self._without(path)
        is_used = without.result is REFUSED or without.result != self._whole.result
        return Member(without.result is REFUSED, is_used, self._others(path, without) if is_used else ())

    def takes(self, path: Path, value: Any) -> bool | None:
        """Whether `value` is understood in the place of what is at `path`; False: its fact is lost, None: all is refused."""
        found = run(self._call, changed(self.shape, path, lambda holder, name: holder.__setitem__(name, value))).result
        return None if found is REFUSED else found != self._without(path).result

    def _without(self, path: Path) -> Run:
        if path not in self._runs_without:
            answer = changed(self.shape, path, lambda holder, name: holder.pop(name, None))
            self._runs_without[path] = run(self._call, answer)
        return self._runs_without[path]

    def _others(self, path: Path, without: Run) -> tuple[str, ...]:
        present = names_beside(self.shape, path)
        tried = sorted({asked[-1] for asked in without.asked if asked[:-1] == path[:-1]} - present)

        def gives_the_same(other: str) -> bool:
            renamed = changed(self.shape, path, lambda holder, name: holder.__setitem__(other, holder.pop(name)))
            return bool(run(self._call, renamed).result == self._whole.result)

        return tuple(other for other in tried if gives_the_same(other))


def changed(value: Any, path: Path, change: Callable[[dict[str, Any], str], Any]) -> Any:
    """A copy of an answer in which every holder of the member at `path` was changed; the root itself when `path` is empty."""
    copied = _copy(value)
    for holder in _holders(copied, path[:-1]):
        if path[-1] in holder:
            change(holder, path[-1])
    return copied


def names_beside(value: Any, path: Path) -> set[str]:
    """Names that stand beside the member at `path`, itself included."""
    return {name for holder in _holders(value, path[:-1]) for name in holder}


def _holders(value: Any, path: Path) -> Iterator[dict[str, Any]]:
    if not path:
        if isinstance(value, dict):
            yield value
        return
    step, rest = path[0], path[1:]
    if step == ENTRY and isinstance(value, list):
        inner = value
    elif step == KEY and isinstance(value, ByKey):
        inner = list(value.values())
    else:
        inner = [value[step]] if isinstance(value, dict) and step in value else []
    for one in inner:
        yield from _holders(one, rest)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return type(value)({name: _copy(one) for name, one in value.items()})
    return [_copy(one) for one in value] if isinstance(value, list) else value
