"""An ingestion shared out among runs of a deployment, so that several machines take part."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from dashmedia.ingest.opening import FLOW, shard_run_id
from dashmedia.ingest.shard_reports import sum_reports
from dashmedia.ledger import LEASE_S, Ledger, Life
from dashmedia.sources import Shard, open_source
from tasks.overlap import for_each_overlapping
from tasks.progress import Progress, shown
from tasks.reports import conclude
from tasks.shard_reports import read_report
from tasks.shard_runs import ShardRun, complaint_of, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dashmedia.ingest import IngestOptions, IngestReport

#: The deployment that runs a shard, as `prefect.yaml` lists it. Not the one that people run: that one lets no second run begin
#: while the first is at work, and the first waits for its shards.
DEPLOYMENT = "ingest-ugc/ingest-ugc-shard"

#: Between two looks at whether a process is dead, in seconds.
LOOK_EVERY_S = 2.0


class Sharing:
    """What the run that shares the work out knows of it; for any number of threads.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.

    Args:
        options: what was chosen for the whole.
        run_id: of that run; Prefect's own, whichever try at it this is.
        ledger: the one that the shards work with, too.
        credentials: names of blocks, by parameter.
    """

    def __init__(self, options: IngestOptions, run_id: str, ledger: Ledger, credentials: Mapping[str, str]) -> None:
        self.options, self.run_id, self.ledger, self.credentials = options, run_id, ledger, credentials
        self.shards = [str(shard) for shard in Shard.all(options.shards)]
        self.reports: dict[str, IngestReport] = {}
        self.lost: dict[str, str] = {}

    def look(self) -> Progress:
        """How many shards have ended."""
        return Progress("shards", len(self.reports) + len(self.lost), len(self.shards))

    def report(self, seconds: float) -> IngestReport:
        """One over all shards, in their order."""
        left = [self.reports[shard] for shard in self.shards if shard in self.reports]
        return sum_reports(left, self.options, run_id=self.run_id, seconds=seconds, lost=self.lost)


def ingest_in_shards(options: IngestOptions, credentials: str, dash_credentials: str) -> IngestReport:
    """One report over all shards, each a run of the deployment on whichever worker is free.

    Raises:
        SourceError: the source cannot be read from here.
        LedgerError: the ledger cannot be opened.
        IncompleteRunError: something is left over; the report says what.
    """
    began = time.monotonic()
    open_source(options.source, allow_outside=options.allow_outside)
    with _sharing(options, {"credentials": credentials, "dash_credentials": dash_credentials}) as sharing:
        for_each_overlapping(sharing.shards, lambda shard: run_shard(sharing, shard), len(sharing.shards))
        report = sharing.report(time.monotonic() - began)
    return conclude(report)


@contextmanager
def _sharing(options: IngestOptions, credentials: Mapping[str, str]) -> Iterator[Sharing]:
    run_id = str(flow_run.id or uuid4())
    with Ledger.open(os.environ.get("DASH_LEDGER_URL")) as ledger:
        # The shards look for this row: one that does not find it works with another ledger, and sends nothing.
        run = ledger.start_run(run_id, flow=FLOW, source=options.source, dry_run=options.dry_run)
        sharing = Sharing(options, run_id, ledger, credentials)
        with shown("ingest-progress", sharing.look):
            yield sharing
        if not options.dry_run:
            ledger.end_run(run, {"found": sum(each.found for each in sharing.reports.values())})


@task(task_run_name="shard {shard}", cache_policy=NO_CACHE)
def run_shard(sharing: Sharing, shard: str) -> None:
    """Have a run of the deployment ingest this shard, and keep its report.

    Raises:
        SettingsError: the deployment does not exist.
    """
    its_run = shard_run_id(sharing.run_id, shard)
    run = ShardRun(
        DEPLOYMENT, shard, f"{sharing.run_id}/{shard}", _parameters(sharing, shard),
        has_died=lambda: sharing.ledger.life(its_run) is Life.GONE,
        before_again=lambda: _free_its_rows(sharing.ledger, its_run),
    )  # fmt: skip
    ended = run_to_its_end(run)
    if (report := read_report(ended.id)) is None:
        sharing.lost[shard] = f"{complaint_of(ended, f'Shard {shard}') or f'Shard {shard} left no report'}."
    else:
        sharing.reports[shard] = report


def _parameters(sharing: Sharing, shard: str) -> dict[str, object]:
    chosen = sharing.options.model_dump(mode="json", exclude={"run_as", "shards"})
    return chosen | {"shard": shard, **sharing.credentials}


def _free_its_rows(ledger: Ledger, run_id: str) -> None:
    """Let the next try take what the dead one held, on whatever machine; a process that may be alive keeps its leases."""
    give_up_at = time.monotonic() + 2 * LEASE_S
    while ledger.life(run_id) is Life.AT_WORK and time.monotonic() < give_up_at:
        time.sleep(LOOK_EVERY_S)
    # Written off in any case: until the next try has begun, the ledger would say of it that it is dead.
    ledger.give_up(run_id)
