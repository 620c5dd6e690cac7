"""One ingestion from its start to its report: what it works with, and where it counts."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Self

from dashmedia.errors import PermissionDeniedError
from dashmedia.gate import GateRules
from dashmedia.ingest.batch import Batch
from dashmedia.ingest.moves import Mover
from dashmedia.ingest.report import Scoreboard
from dashmedia.ingest.watch import Watch
from dashmedia.ledger import Heartbeat, Ledger
from dashmedia.ledger.destinations import service_of, social_destination
from dashmedia.rate import RequestTally
from dashmedia.social import open_social
from dashmedia.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dashmedia.http import RetryPolicy
    from dashmedia.ingest.options import IngestOptions
    from dashmedia.ingest.report import IngestReport
    from dashmedia.ledger import Run
    from dashmedia.refusals import Refusal
    from dashmedia.settings import SocialSettings
    from dashmedia.social.client import SocialClient
    from dashmedia.sources import Source

#: Calls that carry no bytes wait for the service, not for this machine, so more of them fit in flight than PUTs.
CALLS_PER_WORKER = 4


class IngestSession:
    """What every step of one ingestion shares. Safe to use from many threads.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.
    """

    def __init__(
        self, options: IngestOptions, *, source: Source, ledger: Ledger, run: Run, client: SocialClient,
        service: str, brands: dict[str, int], tally: RequestTally,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.options = options
        self.source, self.ledger, self.run, self.client = source, ledger, run, client
        self.service, self.brands, self.tally = service, brands, tally
        self.clock, self.sleep = clock, sleep
        self.rules = GateRules(accept=frozenset(options.accept), rights=options.rights, now=self.now)
        self.score = Scoreboard()
        self.mover = Mover(ledger, run)
        self.watches = {brand_id: Watch(clock, sleep, lambda: self._under_way) for brand_id in brands.values()}
        self.checks = ThreadPoolExecutor(options.workers, "check")
        self.uploads = ThreadPoolExecutor(options.workers, "upload")
        self.calls = ThreadPoolExecutor(options.workers * CALLS_PER_WORKER, "call")
        self._began = clock()
        self._under_way, self._counting = 0, Lock()

    def now(self) -> datetime:
        """The time at which an ingestion is said to happen, UTC, in whole seconds as the API shows them."""
        return datetime.now(UTC).replace(microsecond=0)

    @property
    def dry_run(self) -> bool:
        """Whether this ingestion only says what it would do."""
        return self.options.dry_run

    def batches(self) -> Iterator[Batch]:
        """The source in pieces of `batch_size`, read as they are asked for."""
        rows = iter(self.source)
        number = 0
        while piece := list(islice(rows, self.options.batch_size)):
            number += 1
            with self._counting:
                self._under_way += 1
            yield Batch(number, piece)

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count refusals and, unless this is a dry run, keep them in the ledger with their reasons."""
        kept = list(refusals)
        self.score.refuse(kept)
        if kept and not self.dry_run:
            self.ledger.refuse(self.run, self.options.source, kept)

    def close_batch(self, batch: Batch) -> None:
        """Count what became of each original of the batch, and let go of it."""
        for fate in batch.fates():
            if fate != "duplicate":  # a duplicate is counted where it is refused
                self.score.add(fate)
        self.score.fail([each.failed for each in batch.deliveries if each.failed is not None])
        batch.forget()
        with self._counting:
            self._under_way -= 1

    def report(self) -> IngestReport:
        """The run as it is now."""
        return self.score.report(
            run_id=self.run.id,
            source=self.options.source,
            destinations=tuple(self.brands),
            dry_run=self.dry_run,
            seconds=self.clock() - self._began,
            requests=self.tally.counts(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self.checks, self.uploads, self.calls):
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def open_ingest(
    options: IngestOptions,
    settings: SocialSettings,
    *,
    ledger_url: str | None,
    run_id: str,
    retry: RetryPolicy | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[IngestSession]:
    """Everything one ingestion needs, opened in the order in which a person's mistakes are cheapest to find.

    `retry` limits the short repeats of one call, None is the library's own policy; `sleep` and `clock` are how to wait
    and how to tell the time, in seconds.

    Raises:
        SourceError: the folder or manifest cannot be read.
        LedgerError: the ledger cannot be opened.
        AuthError: the token is not accepted.
        PermissionDeniedError: the token does not reach one of the brands.
    """
    source = open_source(
        options.source, include=options.include, exclude=options.exclude, limit=options.limit,
        allow_outside=options.allow_outside,
    )  # fmt: skip
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(ledger_url))
        tally = RequestTally()
        client = stack.enter_context(open_social(settings, tally=tally, retry=retry, sleep=sleep, clock=clock))
        _check_access(client, options.brand_ids)
        run = ledger.start_run(run_id, flow="ingest_ugc", source=options.source, dry_run=options.dry_run)
        session = IngestSession(
            options, source=source, ledger=ledger, run=run, client=client, tally=tally,
            service=service_of(settings.api_url), sleep=sleep, clock=clock,
            brands={social_destination(each, settings.api_url): each for each in options.brand_ids},
        )  # fmt: skip
        if not options.dry_run:
            stack.callback(lambda: ledger.end_run(run, session.score.counts()))
            stack.enter_context(Heartbeat(ledger, run))
        yield stack.enter_context(session)


def _check_access(client: SocialClient, brand_ids: Iterable[int]) -> None:
    identity = client.identity()
    missing = sorted(set(brand_ids) - identity.accessible_brands)
    if missing:
        reachable = ", ".join(
            f"{each} ({identity.brand_names.get(each, 'unnamed')})" for each in sorted(identity.accessible_brands)
        )
        raise PermissionDeniedError(
            "GET /api/self",
            403,
            f"the token does not reach brand {', '.join(map(str, missing))}; it reaches {reachable or 'none'}",
        )
