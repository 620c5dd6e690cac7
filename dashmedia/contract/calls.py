"""One thing that a client does, and what running it against a recording tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashmedia.contract.recording import Path, RecordingApi, Sent
from dashmedia.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable

#: What `act` gave when an answer could not be read.
REFUSED = object()


@dataclass(frozen=True, slots=True)
class Apis:
    """The services of one vendor, played by recordings; the same names as in the settings."""

    api: RecordingApi
    auth: RecordingApi


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A use of a client; each is itself and no other.

    Attributes:
        act: runs the client; what it gives must hold every fact that is read, so that a loss shows.
        shapes: the answer as we decided it, then in the other shapes that our readers take; objects by id are `ByKey`.
        then: answers to further requests of the same run.
        status: of success, as decided.
    """

    act: Callable[[Apis], Any]
    shapes: tuple[Any, ...] = (None,)
    then: tuple[Any, ...] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Run:
    """What one run told. `result` is `REFUSED` when the answer could not be read."""

    result: Any
    sent: tuple[Sent, ...]
    asked: frozenset[Path]


def run(call: Call, answer: Any) -> Run:
    """Run a call over this answer."""
    answers = [answer, *call.then]
    apis = Apis(RecordingApi("api", answers), RecordingApi("auth", answers))
    try:
        result = call.act(apis)
    except ContractError:
        result = REFUSED
    sent = (*apis.api.sent, *apis.auth.sent)
    return Run(result, sent, frozenset(apis.api.asked | apis.auth.asked))
