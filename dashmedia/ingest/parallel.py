"""Width: one call for many items at once, where one item's error is a value and never stops the others."""

from __future__ import annotations

from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from dashmedia.errors import AuthError, DashMediaError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

#: How long finished items may wait for their group, in seconds. Longer: fewer ledger commits; shorter: less to repeat
#: after a crash (repeated work only, never a doubled record).
GROUP_S = 0.5

#: Errors that every further item would meet too, so the run ends with them.
FATAL = (AuthError, UserError)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """What became of one item: a value, or the error that set it aside."""

    item: T
    value: R | None
    error: DashMediaError | None


def outcome_groups(
    pool: Executor, call: Callable[[T], R], items: Iterable[T], group_s: float = GROUP_S
) -> Iterator[list[Outcome[T, R]]]:
    """Call `call` for each item on `pool`; yield outcomes in groups, as they finish.

    A group holds what finished within `group_s` seconds, so that the caller can commit many states at once.

    Raises:
        AuthError, UserError: met by any item; it comes out after the rest of its group was yielded.
    """
    waiting: dict[Future[R], T] = {pool.submit(call, item): item for item in items}
    try:
        while waiting:
            done, _ = wait(waiting, timeout=group_s)
            group = [_outcome(waiting.pop(future), future) for future in done]
            # What ends the run is no fault of the item that met it first: its state stays, for the next run.
            if own := [outcome for outcome in group if not isinstance(outcome.error, FATAL)]:
                yield own
            _raise_fatal(group)
    finally:
        for future in waiting:
            future.cancel()


def attempt(item: T, call: Callable[[T], R]) -> Outcome[T, R]:
    """`call(item)` as an outcome.

    Raises:
        AuthError, UserError: further calls would meet them too.
    """
    try:
        return Outcome(item, call(item), None)
    except FATAL:
        raise
    except DashMediaError as error:
        return Outcome(item, None, error)


def _outcome(item: T, future: Future[R]) -> Outcome[T, R]:
    error = future.exception()
    if error is None:
        return Outcome(item, future.result(), None)
    if isinstance(error, DashMediaError):
        return Outcome(item, None, error)
    raise error


def _raise_fatal(group: list[Outcome[T, R]]) -> None:
    for outcome in group:
        if isinstance(outcome.error, FATAL):
            raise outcome.error
