"""One page, checked before anybody believes it: full as promised, no id twice, no event outside its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.errors import ContractError, IncompleteExportError, SettingsError
from dashmedia.exports.events import Packer
from dashmedia.exports.readings import Order, Reading
from dashmedia.exports.search import Criterion
from dashmedia.exports.windows import TICK, Window, instant_of, spell
from dashmedia.limits import DAM_EVENT_CAP_ROWS, DAM_EVENT_PAGE_ROWS, EVENT_SETTLE_S

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dashmedia.exports.readings import ContractSeen
    from dashmedia.exports.search import Constraint, DownloadEvent, EventPage, EventSearch

#: What the errors call the request.
ENDPOINT = "POST asset-download-event-searches"

#: Requests that one export may spend on finding out how range ends are read.
MOST_PROBES = 12


@dataclass(frozen=True, slots=True)
class ExportRules:
    """How an export goes about it.

    Attributes:
        page_rows: rows asked for on one page, 1 or more.
        cap_rows: how far the service's paging reaches, `page_rows` or more.
        threads: that read pages of one window at once, 1 or more; the windows of a run share them.
        page_tries: how often a page that contradicts itself is asked for.
        refetches: how often what moved is fetched again before the export gives up.
        settle_s: how long after its end a window may be exported, in seconds.

    Raises:
        SettingsError: a number is outside what is said here.
    """

    page_rows: int = DAM_EVENT_PAGE_ROWS
    cap_rows: int = DAM_EVENT_CAP_ROWS
    threads: int = 8
    page_tries: int = 3
    refetches: int = 3
    settle_s: float = EVENT_SETTLE_S

    def __post_init__(self) -> None:
        if not (
            1 <= self.page_rows <= self.cap_rows and min(self.threads, self.page_tries) >= 1 and self.refetches >= 0
        ):
            raise SettingsError(
                f"{self} cannot work: it needs 1 to cap_rows rows on a page, and at least one thread and try."
            )


class Pages:
    """Reads pages of windows, and learns from each what the service does."""

    def __init__(self, search: EventSearch, seen: ContractSeen, rules: ExportRules) -> None:
        self.search, self.seen, self.rules = search, seen, rules
        self.packer = Packer()
        self._probes_left = MOST_PROBES

    def read(self, window: Window, constraints: tuple[Constraint, ...] = (), start: int = 0) -> EventPage:
        """The page of a window from row `start`; it may hold events a tick outside the window.

        Raises:
            ContractError: an event has no id or no date.
            IncompleteExportError: the page contradicts itself, `page_tries` times in a row.
        """
        return self._read(self.seen.ask(window, constraints), window, start)

    def read_on(self, rest: Window) -> EventPage:
        """The first page of what is left when an event is known to be dated at its very start, as `read` gives it.

        While it is unknown whether a range holds its start, the answer tells: no request is spent on finding out.
        """
        if self.seen.variant.range_start is Reading.UNKNOWN:
            page = self._read(Criterion(rest.start, self.seen.ask(rest).until), rest, 0)
            if any(event.downloaded_at == rest.start for event in page.events):
                return page
            self.seen.learn(range_start=Reading.EXCLUSIVE)
        return self.read(rest)

    def _read(self, criterion: Criterion, window: Window, start: int) -> EventPage:
        size = min(self.rules.page_rows, self.rules.cap_rows - start)
        reason, numbers = "", dict[str, int]()
        for _ in range(self.rules.page_tries):
            page = self.search.page(criterion, start, size)
            fault = _fault(page, criterion, promised=max(0, min(size, page.total - start)))
            if fault is None:
                self.seen.observe(criterion, page.events)
                return page
            reason, numbers = fault
        raise IncompleteExportError(str(window), f"page from row {start:,}: {reason}", numbers)

    def learn_range_ends(self, known: Sequence[DownloadEvent]) -> None:
        """Find out, from events that surely exist, whether range ends are inclusive; two requests as a rule.

        Where so many events share an instant that a page does not tell, the reading stays unknown: that costs
        requests, never events.
        """
        for event in known:
            at = event.downloaded_at
            if at != instant_of(at) or self._probes_left <= 0:
                continue
            if self.seen.variant.range_start is Reading.UNKNOWN:
                self._probe("range_start", at, at, at + TICK)
            if self.seen.variant.range_end is Reading.UNKNOWN:
                self._probe("range_end", at, at - TICK, at)
            if Reading.UNKNOWN not in (self.seen.variant.range_start, self.seen.variant.range_end):
                return

    def _probe(self, end: str, at: datetime, since: datetime, until: datetime) -> None:
        self._probes_left -= 1
        criterion = Criterion(since, until)
        page = self.search.page(criterion, 0, self.rules.page_rows)
        if _fault(page, criterion, promised=min(self.rules.page_rows, page.total)):
            return
        self.seen.observe(criterion, page.events)
        if page.total <= len(page.events) and all(event.downloaded_at != at for event in page.events):
            self.seen.learn(**{end: Reading.EXCLUSIVE})


def _fault(page: EventPage, criterion: Criterion, promised: int) -> tuple[str, dict[str, int]] | None:
    """What is wrong with a page, with the numbers that say so."""
    ids = {event.event_id for event in page.events}
    _require_identity(page.events)
    outside = [event for event in page.events if not criterion.since <= event.downloaded_at <= criterion.until]
    if outside:
        stray = outside[0]
        asked = f"{spell(criterion.since)} to {spell(criterion.until)}"
        reason = f"event {stray.event_id} of {spell(stray.downloaded_at)} lies outside the range {asked}"
        return reason, {"events_outside": len(outside), "rows_seen": len(page.events)}
    if len(ids) < promised or len(ids) < len(page.events):
        numbers = {"rows_promised": promised, "rows_seen": len(page.events), "unique_ids": len(ids)}
        reason = (
            "it is shorter than its total promises or holds an event twice; if no page is ever full, lower page_rows"
        )
        return reason, {"server_total": page.total} | numbers
    return None


def _require_identity(events: Sequence[DownloadEvent]) -> None:
    for event in events:
        if not event.event_id:
            raise ContractError(ENDPOINT, "results[].id", repr(event.event_id), "a non-empty id for each event")
        if event.downloaded_at is None or event.downloaded_at.tzinfo is None:
            raise ContractError(ENDPOINT, "results[].date", repr(event.downloaded_at), "a date with a time zone")


def keeps_order(seen: ContractSeen) -> bool:
    """Whether rows may be taken to come by date: nothing spoke against it so far."""
    return seen.variant.order is not Order.IGNORED
