"""Steps and failures of uploads, written to the ledger in groups and fenced by the run's lease."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashmedia.errors import TakenOverError
from dashmedia.ledger import Failure, State, Transition
from dashmedia.uploads.delivery import is_retryable
from dashmedia.uploads.group_commit import GroupCommit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.errors import DashMediaError
    from dashmedia.ledger import Key, Ledger, OpenUpload, PartReceipt, Run
    from dashmedia.uploads.delivery import Delivery, Opened


class Recorder:
    """The ledger as uploads use it, from any thread.

    Args:
        ledger: where it is written.
        run: whose rows they are.
    """

    def __init__(self, ledger: Ledger, run: Run) -> None:
        self._ledger, self._run = ledger, run
        self._steps: GroupCommit[Transition, frozenset[Key]] = GroupCommit(lambda steps: ledger.record(run, steps))
        self._receipts: GroupCommit[PartReceipt, None] = GroupCommit(ledger.open_uploads.keep_receipts)
        self._failures: GroupCommit[Failure, frozenset[Key]] = GroupCommit(lambda failed: ledger.fail(run, failed))

    def submit(self, deliveries: Sequence[Delivery], upload: OpenUpload) -> list[Delivery]:
        """Write that a job may have been sent for all of these; returns those that are still ours."""
        return self._step_all([(each, upload) for each in deliveries], State.SUBMITTED)

    def forget_request(self, deliveries: Sequence[Delivery]) -> None:
        """Write that the job made nothing for these: the next run asks for them anew."""
        known = self._ledger.open_uploads.read([each.item.key for each in deliveries])
        nothing = [
            (each, replace(known[each.item.key], request_key="")) for each in deliveries if each.item.key in known
        ]
        self._step_all(nothing, State.SUBMITTED, "the job made nothing")

    def create(self, opened: Sequence[Opened], note: str | None = None) -> list[Opened]:
        """Write which assets exist, and what is known of their uploads; returns those that are still ours."""
        kept = self._step_all([(each.delivery, each.upload) for each in opened], State.CREATED, note)
        mine = {each.item.key for each in kept}
        return [each for each in opened if each.delivery.item.key in mine]

    def step(
        self, delivery: Delivery, state: State, *, upload: OpenUpload | None = None, note: str | None = None
    ) -> None:
        """One step of one delivery.

        Raises:
            TakenOverError: another run holds it by now; nothing was written.
        """
        step = _transition(delivery, state, upload, note)
        if delivery.item.key in self._steps.write(step):
            raise _taken_over(delivery)
        delivery.moved(state, remote_id=step.remote_id)

    def adopt(self, delivery: Delivery, asset_id: str, note: str) -> None:
        """An asset that is there already is what was to be made.

        Raises:
            TakenOverError: another run holds the row by now.
        """
        step = Transition(delivery.item.key, State.READY, remote_id=asset_id, adopted=True, note=note)
        if delivery.item.key in self._steps.write(step):
            raise _taken_over(delivery)
        delivery.moved(State.READY, remote_id=asset_id)

    def keep_receipt(self, receipt: PartReceipt) -> None:
        """When it returns, the part is not sent again whatever happens."""
        self._receipts.write(receipt)

    def fail(self, deliveries: Sequence[Delivery], error: DashMediaError) -> None:
        """Set them aside, with the reason for people."""
        retryable = is_retryable(error)
        for each in deliveries:
            self._failures.write(Failure(each.item.key, str(error), retryable))
            each.set_aside(str(error), retryable=retryable)

    def _step_all(
        self, uploads: Sequence[tuple[Delivery, OpenUpload]], state: State, note: str | None = None
    ) -> list[Delivery]:
        """One step of many in one transaction; those that another run took over are set aside."""
        steps = [_transition(each, state, upload, note) for each, upload in uploads]
        lost = self._ledger.record(self._run, steps) if steps else frozenset()
        for each, upload in uploads:
            if each.item.key in lost:
                each.set_aside(str(_taken_over(each)), retryable=True)
            else:
                each.moved(state, remote_id=upload.asset_id)
        return [each for each, _ in uploads if each.item.key not in lost]


def _transition(delivery: Delivery, state: State, upload: OpenUpload | None, note: str | None) -> Transition:
    # Of a version the asset is known beforehand: nothing need be submitted to make it.
    adopted = state is State.CREATED and delivery.item.state is State.PLANNED
    asset_id = upload.asset_id if upload else None
    return Transition(delivery.item.key, state, remote_id=asset_id, adopted=adopted, note=note, upload=upload)


def _taken_over(delivery: Delivery) -> TakenOverError:
    return TakenOverError(f"Another run took {delivery.item.filename} over; it goes on there.")
