"""One run over download events from its start to its report: which days, what becomes of each, and where it counts."""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dashmedia.dam import DashEvents, Names
from dashmedia.errors import (
    CapExceededError,
    ContractError,
    IncompleteExportError,
    TransientError,
)
from dashmedia.exports.days import share_out
from dashmedia.exports.estimate import estimate_export
from dashmedia.exports.fetch import export_window, utc_now
from dashmedia.exports.lateness import find_late, sum_lateness
from dashmedia.exports.lateness_history import Look, add_look
from dashmedia.exports.outcome import ExportReport, Fate, outcome_of
from dashmedia.exports.partitions import read_partition, sweep_partition, write_partition
from dashmedia.exports.readings import ContractSeen
from dashmedia.exports.review import CHOSEN, DayState, DayStatus, read_day, recount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor
    from datetime import date, datetime

    from dashmedia.dam import DashClient
    from dashmedia.exports.certificate import Certificate
    from dashmedia.exports.days import Day, Shard
    from dashmedia.exports.estimate import Estimate
    from dashmedia.exports.lateness import Lateness
    from dashmedia.exports.lateness_history import LatenessHistory
    from dashmedia.exports.options import ExportOptions
    from dashmedia.exports.pages import ExportRules
    from dashmedia.exports.windows import Window
    from dashmedia.rate import RequestTally

log = logging.getLogger(__name__)

#: Days whose partitions are read, or counted, at once.
READS_AT_ONCE = 8

#: After so many days for which the service did not answer, with none between that went well, the others are not tried.
MOST_SILENT_DAYS = 3

#: What leaves one day behind while the others go on. Anything else would meet every day alike.
OF_ONE_DAY = (IncompleteExportError, CapExceededError, ContractError, TransientError)


class ExportSession:
    """What every step of one run shares. Safe to use from many threads.

    Not a dataclass on purpose: Prefect walks into dataclasses that are task arguments, member by member.

    Attributes:
        days: all days of the run, in order.
        estimate: in a dry run, once `review` is through.
        history: what all runs measured of lateness, once `keep_lateness` is through.
        names: what to call assets, portals and users; None when nobody wants to know.
        made: what was made of the partitions, with its URL, for the report.
        problems: what could not be made of them, for the report.
    """

    def __init__(
        self, options: ExportOptions, *, days: list[Day], run_id: str, client: DashClient, tally: RequestTally,
        rules: ExportRules, requests_per_minute: int, readers: Executor | None = None, now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.options, self.days, self.run_id = options, days, run_id
        self.client, self.search, self.tally = client, DashEvents(client), tally
        self.rules, self.requests_per_minute, self._readers = rules, requests_per_minute, readers
        self.now, self.clock = now, clock
        self.seen = ContractSeen()
        self.estimate: Estimate | None = None
        self.history: LatenessHistory | None = None
        self.names = Names(client) if options.enrich else None
        self.made: dict[str, str] = {}
        self.problems: list[str] = []
        self._silent_days = 0
        self._began = clock()

    @property
    def dry_run(self) -> bool:
        """Whether this run only says what it would do."""
        return self.options.dry_run

    @property
    def chosen(self) -> list[Day]:
        """The days that this run exports, once `review` is through; none in a dry run."""
        return [] if self.dry_run else [day for day in self.days if day.is_chosen]

    @property
    def complete(self) -> dict[date, Window]:
        """The days that are complete, once `confirm` is through."""
        return {one.date: one.window for one in self.days if one.after and one.after.state is DayState.COMPLETE}

    @property
    def exported(self) -> dict[date, Window]:
        """Those of them that this run exported."""
        return {one.date: one.window for one in self.chosen if one.date in self.complete}

    @property
    def shards(self) -> list[Shard]:
        """The chosen days, shared out among `parallel` runs."""
        return share_out(self.chosen, self.options.parallel)

    def review(self) -> None:
        """Find out what each day is worth, and by that and the mode which are exported.

        Raises:
            DestinationError: the destination cannot be read.
        """
        with ThreadPoolExecutor(READS_AT_ONCE, "review") as pool:
            list(pool.map(self._review, self.days))
        if self.dry_run:
            self.estimate = estimate_export(
                self.search, [day for day in self.days if day.is_chosen], self.rules, parallel=self.options.parallel,
                requests_per_minute=self.requests_per_minute, clock=self.clock,
            )  # fmt: skip

    def export(self, day: Day) -> None:
        """Publish the day's partition, or note on the day why that cannot be.

        Raises:
            DestinationError, RejectedError: what would meet every day alike.
        """
        try:
            self._require_answers()
            self._export(day)
            self._silent_days = 0
        except OF_ONE_DAY as error:
            day.failed = str(error)
            log.warning("%s is left: %s", day, error)
            self._silent_days += isinstance(error, TransientError)
        day.is_done = True

    def note_shard(self, shard: Shard, complaint: str) -> None:
        """Another run was through with these days; `complaint` says why some may not be there, if so."""
        for day in shard.days:
            day.is_done, day.complaint = True, complaint

    def confirm(self) -> None:
        """Read again what is there, hashes included: only what passes counts as complete.

        What another run exchanged while this one published is published once more.
        """
        if self.dry_run:
            return
        self._read_again(self.days)
        disturbed = [
            day for day in self.chosen if day.published and day.after and day.after.state is not DayState.COMPLETE
        ]
        for day in disturbed:
            self.export(day)
        self._read_again(disturbed)

    def keep_lateness(self) -> None:
        """Add what this run measured to the history beside the partitions, once `confirm` is through.

        Raises:
            DestinationError: the history cannot be read or written.
        """
        late = self._lateness()
        if late is None or self.dry_run or not self._looked_at():
            return
        proven = {one.date: one.after.certificate for one in self.days if one.date in self.complete and one.after}
        rows = {day: certificate.unique_ids for day, certificate in proven.items() if certificate}
        look = Look(run_id=self.run_id, looked_at=self.now(), rows=rows, late=late)
        self.history = add_look(self.options.destination, look)

    def report(self) -> ExportReport:
        """The run as it is now."""
        outcomes = [outcome_of(day, self.options.destination, dry_run=self.dry_run) for day in self.days]
        fates = Counter(one.fate for one in outcomes)
        return ExportReport(
            run_id=self.run_id, destination=self.options.destination.split("?", 1)[0], timezone=self.options.timezone,
            mode=self.options.mode, dry_run=self.dry_run, first_day=self.days[0].date, last_day=self.days[-1].date,
            days=len(outcomes), rows=sum(one.unique_ids for one in outcomes if one.fate is Fate.EXPORTED),
            seconds=round(self.clock() - self._began, 3), requests=self.tally.counts(), estimate=self.estimate,
            lateness=self._lateness(), history=self.history, made=self.made, problems=tuple(self.problems), partitions=tuple(outcomes), **{str(fate): fates[fate] for fate in Fate},
        )  # fmt: skip

    def _review(self, day: Day) -> None:
        verify = self.options.mode == "verify"
        if not self.dry_run:
            sweep_partition(self.options.destination, day.date)
        day.before = self._read(day, verify=verify)
        if verify:
            day.before = self._recount(day, day.before)
        day.is_chosen = day.before.state in CHOSEN[self.options.mode]
        day.is_done = self.dry_run or not day.is_chosen

    def _recount(self, day: Day, status: DayStatus) -> DayStatus:
        """What cannot be counted is taken for changed: fetching it will show."""
        try:
            self._require_answers()
            return recount(self.search, day, status)
        except OF_ONE_DAY as error:
            self._silent_days += isinstance(error, TransientError)
            return DayStatus(DayState.CHANGED, f"it could not be counted: {error}", status.certificate)

    def _require_answers(self) -> None:
        """Stop asking a service that is silent: each try takes minutes."""
        if self._silent_days >= MOST_SILENT_DAYS:
            raise TransientError("POST asset-download-event-searches", "not tried, other days had no answer")

    def _read(self, day: Day, *, verify: bool) -> DayStatus:
        return read_day(self.options.destination, day, self.options.formats, verify=verify)

    def _read_again(self, days: Iterable[Day]) -> None:
        def read(day: Day) -> None:
            there = self._read(day, verify=day.is_chosen)
            stale = day.failed and there.state is DayState.COMPLETE and day.before is not None
            day.after = day.before if stale else there

        with ThreadPoolExecutor(READS_AT_ONCE, "confirm") as pool:
            list(pool.map(read, days))

    def _export(self, day: Day) -> None:
        known = self._known_ids(day)
        export = export_window(self.search, day.window, self.rules, self.seen, self.now, self._readers)
        options = self.options
        day.published = write_partition(options.destination, day.date, options.timezone, export, options.formats)
        day.failed = ""
        if known is not None and day.before and day.before.certificate:
            day.late = find_late(known, day.before.certificate, export)

    def _known_ids(self, day: Day) -> list[str] | None:
        """The events of the partition that is about to be replaced because more have come; None where it tells none."""
        if day.before is None or day.before.state is not DayState.CHANGED or day.published:
            return None
        try:
            return list(read_partition(self.options.destination, day.date, day.window)["event_id"])
        except IncompleteExportError:  # only CSV is there
            return None

    def _lateness(self) -> Lateness | None:
        if self.options.mode != "verify":
            return None
        of = sum(one.server_total for one in self._looked_at())
        return sum_lateness((day.late for day in self.days if day.late), of)

    def _looked_at(self) -> list[Certificate]:
        """Of the days that had been exported before this run."""
        return [day.before.certificate for day in self.days if day.before and day.before.certificate]
