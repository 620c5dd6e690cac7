"""How outcomes become ledger states: one transaction for a group, and the deliveries follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from dashmedia.errors import (
    ChecksumMismatchError,
    MetadataValueError,
    NoRoomError,
    ProcessingOverdueError,
    SourceChangedError,
    TransientError,
    UploadUrlExpiredError,
)
from dashmedia.ledger import Failure, State, Transition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashmedia.errors import DashMediaError
    from dashmedia.ingest.batch import Delivery
    from dashmedia.ingest.parallel import Outcome
    from dashmedia.ledger import Ledger, Run

T = TypeVar("T")
R = TypeVar("R")

#: Errors of the moment, which a later run may get past, or which a change to the manifest mends. What a service refused
#: outright stays refused until a person mends it (`python -m dashmedia.ledger retry`).
RETRYABLE = (
    TransientError, ChecksumMismatchError, MetadataValueError, NoRoomError, ProcessingOverdueError, SourceChangedError,
    UploadUrlExpiredError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """The state a delivery is in now, and what was learnt on the way."""

    state: State
    bare_url: str | None = None
    remote_id: str | None = None
    note: str | None = None


class Mover:
    """Writes the moves of one run to the ledger, fenced by the run's lease."""

    def __init__(self, ledger: Ledger, run: Run) -> None:
        self._ledger = ledger
        self._run = run

    def move(self, moves: Sequence[tuple[Delivery, Move]]) -> None:
        """Write all moves in one transaction; a delivery whose row another run took over is set aside."""
        todo = [(delivery, move) for delivery, move in moves if delivery.item.state is not move.state]
        lost = self._ledger.record(self._run, [_transition(*pair) for pair in todo]) if todo else frozenset()
        for delivery, move in todo:
            if delivery.item.key in lost:
                delivery.set_aside(f"another run took {delivery.item.filename} over", retryable=True)
            else:
                delivery.moved(move.state, bare_url=move.bare_url, remote_id=move.remote_id)

    def settle(self, pairs: Sequence[tuple[Sequence[Delivery], Outcome[T, R]]], onward: Callable[[R], Move]) -> None:
        """Move on what came out well; write down why the rest did not, for each delivery that the outcome stands for."""
        self.move(
            [
                (each, onward(cast("R", outcome.value)))
                for deliveries, outcome in pairs
                if outcome.error is None
                for each in deliveries
            ]
        )
        self._write([(each, outcome.error) for deliveries, outcome in pairs if outcome.error for each in deliveries])

    def fail(self, deliveries: Sequence[Delivery], error: DashMediaError) -> None:
        """Set all of `deliveries` aside for one reason."""
        self._write([(each, error) for each in deliveries])

    def _write(self, failed: Sequence[tuple[Delivery, DashMediaError]]) -> None:
        reasons = [Failure(each.item.key, str(error), isinstance(error, RETRYABLE)) for each, error in failed]
        if reasons:
            self._ledger.fail(self._run, reasons)
        for each, error in failed:
            each.set_aside(str(error), retryable=isinstance(error, RETRYABLE))


def _transition(delivery: Delivery, move: Move) -> Transition:
    return Transition(delivery.item.key, move.state, bare_url=move.bare_url, remote_id=move.remote_id, note=move.note)
