"""The unit of work: some originals on their way to every chosen destination."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import TYPE_CHECKING

from dashmedia.ingest.report import FATES, Failed
from dashmedia.ledger import State, Verdict
from dashmedia.ledger.destinations import is_dam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.gate import Checked
    from dashmedia.ledger import Item, Key
    from dashmedia.refusals import Refusal
    from dashmedia.social.models import UploadUrl
    from dashmedia.sources import Original

#: What a claim's verdict means for the original, unless this run takes it.
_FATE_OF = {
    Verdict.DONE: "already_done",
    Verdict.DUPLICATE: "duplicate",
    Verdict.HELD: "held",
    Verdict.QUARANTINED: "failed",
}

#: Originals in one batch at most.
BATCH_MAX = 1_000

#: The first ones are as asked for, those after them so many times as large.
FIRST_BATCHES = 2
GROWTH = 4


def batch_sizes(first: int, growth: int = GROWTH) -> Iterator[int]:
    """How many originals each batch has, without end.

    The first ones are small, so that a person soon sees something finished. Later ones are larger: each step of a batch costs the
    Prefect server as much whatever it holds, and one reading of a library's listing serves as many as wait for it.
    """
    return chain(repeat(first, FIRST_BATCHES), repeat(min(growth * first, BATCH_MAX)))


@dataclass(slots=True)
class Delivery:
    """One content for one destination. `item` is the ledger's row as this run last wrote it.

    `checked` is where its bytes are read for this destination: where it was found, or a copy of it on this machine.
    """

    checked: Checked
    item: Item
    verdict: Verdict
    failed: Failed | None = None

    @property
    def is_open(self) -> bool:
        """Whether this run still has something to do for it."""
        return self.verdict is Verdict.TAKEN and self.failed is None and self.item.state is not State.READY

    def moved(self, state: State, *, bare_url: str | None = None, remote_id: str | None = None) -> None:
        """Follow the ledger to `state`."""
        self.item = replace(
            self.item, state=state, bare_url=bare_url or self.item.bare_url, remote_id=remote_id or self.item.remote_id
        )

    def set_aside(self, reason: str, *, retryable: bool) -> None:
        """Stop working on it in this run."""
        self.failed = Failed(
            filename=self.item.filename, destination=self.item.destination, reason=reason, retryable=retryable
        )

    @property
    def fate(self) -> str:
        """The count it belongs to when the run ends, one of `FATES`."""
        if self.failed is not None:
            return "failed"
        if self.verdict is not Verdict.TAKEN:
            return _FATE_OF[self.verdict]
        return "ready" if self.item.state is State.READY else "planned"


class Batch:
    """Up to so many originals as `batch_sizes` says; every step reads it and writes back what it learnt.

    `urls` are where bytes go, by SHA-256; `digests` those of the metadata that assets are still to get.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.
    """

    def __init__(self, number: int, rows: list[Original | Refusal]) -> None:
        self.number = number
        self.rows = rows
        self.checked: list[Checked] = []
        self.deliveries: list[Delivery] = []
        self.urls: dict[str, UploadUrl] = {}
        self.digests: dict[Key, str] = {}

    def open(self, *states: State) -> list[Delivery]:
        """Deliveries to brands that this run works on and that are in one of `states`."""
        return [
            each for each in self.deliveries
            if each.is_open and each.item.state in states and not is_dam(each.item.destination)
        ]  # fmt: skip

    def for_dam(self) -> list[Delivery]:
        """Deliveries to the DAM, in whatever state."""
        return [each for each in self.deliveries if is_dam(each.item.destination)]

    def contents(self, deliveries: list[Delivery]) -> Iterator[tuple[Checked, list[Delivery]]]:
        """`deliveries` grouped by content, in the batch's order: bytes travel once, whatever the number of brands."""
        groups: dict[str, list[Delivery]] = {}
        for delivery in deliveries:
            groups.setdefault(delivery.item.sha256, []).append(delivery)
        for group in groups.values():
            yield group[0].checked, group

    def fates(self) -> Iterator[str]:
        """One of `FATES` for each checked original: the worst over its destinations."""
        ranks: dict[tuple[str, int | None], int] = {}
        for delivery in self.deliveries:
            rank, place = FATES.index(delivery.fate), delivery.checked.original.place
            ranks[place] = min(rank, ranks.get(place, rank))
        return (FATES[rank] for rank in ranks.values())

    def forget(self) -> None:
        """Let go of everything held, so that a run's memory does not grow with its number of batches."""
        self.rows, self.checked, self.deliveries, self.urls, self.digests = [], [], [], {}, {}
