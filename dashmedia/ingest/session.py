"""One ingestion from its start to its report: what it works with, and where it counts."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Self, cast

from dashmedia.gate import GateRules
from dashmedia.ingest.assets import made_assets
from dashmedia.ingest.batch import GROWTH, Batch, batch_sizes
from dashmedia.ingest.gap import GapLook
from dashmedia.ingest.lanes import Lane, Lanes
from dashmedia.ingest.moves import Mover
from dashmedia.ingest.watch import Watch
from dashmedia.ledger.destinations import is_dam

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from concurrent.futures import Executor

    from dashmedia.gate import Checked
    from dashmedia.ingest.dam_folder import Dam
    from dashmedia.ingest.library import Library
    from dashmedia.ingest.options import IngestOptions
    from dashmedia.ingest.report import IngestReport, Scoreboard
    from dashmedia.ledger import Ledger, Run
    from dashmedia.rate import RequestTally
    from dashmedia.refusals import Refusal
    from dashmedia.social.client import SocialClient
    from dashmedia.sources import Original, Source

#: Calls that carry no bytes wait for the service, not for this machine, so more of them fit in flight than PUTs.
CALLS_PER_WORKER = 8

#: And so many at most: the largest number of workers would make 512 threads.
CALLS_MAX = 128


def call_threads(workers: int) -> int:
    """How many calls without bytes are in flight, for so many PUTs."""
    return min(workers * CALLS_PER_WORKER, CALLS_MAX)


class IngestSession:
    """What every step of one ingestion shares. Safe to use from many threads.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.
    """

    def __init__(
        self, options: IngestOptions, *, source: Source, ledger: Ledger, run: Run, library: Library | None,
        dam: Dam | None, tally: RequestTally, score: Scoreboard,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.options = options
        self.source, self.ledger, self.run, self._library, self.dam = source, ledger, run, library, dam
        self.brands = library.brands if library else {}
        self.destinations = (*self.brands, *([dam.folder.destination] if dam else []))
        self.lanes = Lanes([*([Lane.BRANDS] if library else []), *([Lane.DAM] if dam else [])])
        self.tally, self.score = tally, score
        self.clock, self.sleep = clock, sleep
        self._copies = dam.copies if dam else None
        self.rules = GateRules(
            accept=frozenset(options.accept), rights=options.rights, now=self.now, copies=self._copies
        )  # fmt: skip
        self.mover = Mover(ledger, run)
        gap = ledger.gap()
        self.gap = GapLook(gap) if gap else None
        self.watches = {brand_id: self._watch() for brand_id in self.brands.values()}
        self._local_checks = ThreadPoolExecutor(min(options.workers, os.cpu_count() or 1), "local-check")
        self._remote_checks = ThreadPoolExecutor(options.workers, "check")
        self.uploads = ThreadPoolExecutor(options.workers, "upload")
        self.calls = ThreadPoolExecutor(call_threads(options.workers), "call")
        self._began = clock()
        self._under_way, self._counting = 0, Lock()

    def now(self) -> datetime:
        """The time at which an ingestion is said to happen, UTC, in whole seconds as the API shows them."""
        return datetime.now(UTC).replace(microsecond=0)

    def _watch(self) -> Watch:
        calls_per_s = cast("Library", self._library).calls_per_s
        return Watch(self.clock, self.sleep, lambda: self._under_way, calls_per_s)

    def checks(self, original: Original) -> Executor:
        """The threads that check this original: a file of this machine needs a processor, anything else waits for the network."""
        return self._local_checks if original.is_local else self._remote_checks

    @property
    def client(self) -> SocialClient:
        """The library's; no step asks for it unless there are brands."""
        return cast("Library", self._library).client

    @property
    def service(self) -> str:
        """Whose storage the brands' bytes are in."""
        return cast("Library", self._library).service

    @property
    def dry_run(self) -> bool:
        """Whether this ingestion only says what it would do."""
        return self.options.dry_run

    def batches(self) -> Iterator[Batch]:
        """The source in pieces, read as they are asked for; see `batch_sizes` for how large they are."""
        rows = iter(self.source)
        # Copies lie on the disk until their batch ends, so there they stay as small as they were asked for.
        growth = GROWTH if self._copies is None else 1
        for number, size in enumerate(batch_sizes(self.options.batch_size, growth), start=1):
            if not (piece := list(islice(rows, size))):
                return
            with self._counting:
                self._under_way += 1
            yield Batch(number, piece)

    def sent_as(self, checked: Checked, destination: str) -> Checked:
        """Where the bytes are read for a destination: a copy on this machine, where there is one and bytes are sent at all."""
        is_sent = is_dam(destination) or not checked.original.is_public
        return self._copies.local(checked) if self._copies and is_sent else checked

    def drop_copies(self, batch: Batch, kept: Container[tuple[str, int | None]] = ()) -> None:
        """Remove the copies of the batch's originals, except of those that lie at the places in `kept`."""
        for each in batch.checked:
            if self._copies and each.original.place not in kept:
                self._copies.drop(each.original)

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count refusals and, unless this is a dry run, keep them in the ledger with their reasons."""
        kept = list(refusals)
        self.score.refuse(kept)
        if kept and not self.dry_run:
            self.ledger.refuse(self.run.of_family, self.options.source, kept)

    def close_batch(self, batch: Batch) -> None:
        """Count what became of each original of the batch, and let go of it."""
        for fate in batch.fates():
            if fate != "duplicate":  # a duplicate is counted where it is refused
                self.score.add(fate)
        self.score.fail([each.failed for each in batch.deliveries if each.failed is not None])
        self.score.deliver(batch.deliveries)
        if self.dam is not None:
            self.score.show(made_assets(batch, self.dam.folder.path))
        self.drop_copies(batch)
        batch.forget()
        with self._counting:
            self._under_way -= 1

    def report(self) -> IngestReport:
        """The run as it is now."""
        return self.score.report(
            run_id=self.run.id,
            source=self.options.source,
            destinations=self._names(),
            dry_run=self.dry_run,
            seconds=self.clock() - self._began,
            requests=self.tally.counts(),
            remarks=self.remarks(),
        )

    def _names(self) -> dict[str, str]:
        """What people call the destinations."""
        names = dict(self._library.names) if self._library else {}
        return names | ({self.dam.folder.destination: self.dam.folder.name} if self.dam else {})

    def remarks(self) -> tuple[str, ...]:
        """What a person should know beside the counts: a folder that is made, a service that failed as a whole."""
        if self.dam is None or self.dam.folder.exists:
            return self.lanes.remarks()
        made = "; the first upload would make it" if self.dry_run else " before this run; its first upload makes it"
        return (f"The folder {self.dam.folder.path} was not there{made}.", *self.lanes.remarks())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self._local_checks, self._remote_checks, self.uploads, self.calls):
            pool.shutdown(wait=True, cancel_futures=True)
