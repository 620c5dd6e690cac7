"""What a run did, counted so that nothing can go missing: every original found is in exactly one count."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from dashmedia.ledger.records import family_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashmedia.ingest.batch import Delivery
    from dashmedia.refusals import Refusal

#: How many refusals and failures a report lists one by one; the ledger lists them all.
LISTED_MAX = 200

#: The counts an original can be in, worst first: with several destinations the worst one tells.
FATES = ("failed", "held", "ready", "planned", "already_done", "duplicate", "rejected")


class Refused(BaseModel):
    """One original that a rule kept out."""

    model_config = ConfigDict(frozen=True)
    uri: str
    row: int | None
    rule: str
    sentence: str
    reason: str


class Failed(BaseModel):
    """One delivery that is left over, and why."""

    model_config = ConfigDict(frozen=True)
    filename: str
    destination: str
    reason: str
    retryable: bool


class Delivered(BaseModel):
    """How the originals came out at one destination.

    Attributes:
        destination: as the ledger calls it.
        name: as people call it.
        counts: by fate.
    """

    model_config = ConfigDict(frozen=True)
    destination: str
    name: str
    counts: dict[str, int]


class MadeAsset(BaseModel):
    """One asset that this run brought into the DAM, or whose metadata it wrote.

    Attributes:
        metadata: what became of the manifest's words, for people.
        is_new: false when an earlier run had brought it there.
    """

    model_config = ConfigDict(frozen=True)
    filename: str
    folder: str
    asset_id: str
    metadata: str
    is_new: bool


class IngestReport(BaseModel):
    """The end of one `ingest_ugc` run. Counts are originals; `found` is the sum of the others.

    `bytes` were sent to the storages by this run (bytes that were there already are not sent again);
    `fields_written` counts assets that got the manifest's metadata, `assets` lists the first of those that this run made;
    `remarks` are for people; `lost_shards` are those that left no report, so that their originals are in no count; `requests` counts every call by endpoint, repeats included; `seconds` is wall time.
    """

    model_config = ConfigDict(frozen=True)
    run_id: str
    source: str
    destinations: tuple[str, ...]
    dry_run: bool
    found: int = Field(ge=0)
    rejected: int = Field(ge=0)
    duplicate: int = Field(ge=0)
    already_done: int = Field(ge=0)
    planned: int = Field(ge=0)
    held: int = Field(ge=0)
    ready: int = Field(ge=0)
    failed: int = Field(ge=0)
    bytes: int = Field(ge=0)
    seconds: float = Field(ge=0)
    requests: dict[str, int]
    rejected_by_rule: dict[str, int]
    refusals: tuple[Refused, ...]
    failures: tuple[Failed, ...]
    by_destination: tuple[Delivered, ...] = ()
    fields_written: int = Field(0, ge=0)
    assets: tuple[MadeAsset, ...] = ()
    remarks: tuple[str, ...] = ()
    lost_shards: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether it is of a shard, whose counts another report holds too."""
        return family_of(self.run_id) != self.run_id

    @property
    def unaccounted(self) -> int:
        """Originals whose end is not known; anything but 0 is a defect of ours, and fails the run."""
        dropped = 0 if self.dry_run else self.planned
        known = sum(int(getattr(self, fate)) for fate in FATES)
        return self.found - known + dropped

    @property
    def is_complete(self) -> bool:
        """Whether every original is delivered, refused by a rule, or in another run's hands."""
        return self.failed == 0 and self.unaccounted == 0 and not self.lost_shards

    @property
    def sentence(self) -> str:
        """The whole run in one sentence."""
        parts = [f"{getattr(self, fate)} {fate.replace('_', ' ')}" for fate in reversed(FATES) if getattr(self, fate)]
        return f"{self.found} found: {', '.join(parts) or 'nothing to do'}."


class Scoreboard:
    """Counts that many threads add to while a run goes on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._refusals: list[Refused] = []
        self._failures: list[Failed] = []
        self._assets: list[MadeAsset] = []
        self._by_destination: dict[str, Counter[str]] = {}

    def add(self, fate: str, number: int = 1) -> None:
        """Count `number` more originals (or bytes) under `fate`."""
        with self._lock:
            self._counts[fate] += number

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Count refused originals, and keep the first `LISTED_MAX` for the report."""
        with self._lock:
            for refusal in refusals:
                self._counts["duplicate" if refusal.rule == "duplicate" else "rejected"] += 1
                self._rules[refusal.rule] += 1
                if len(self._refusals) < LISTED_MAX:
                    self._refusals.append(_refused(refusal))

    def fail(self, failures: Iterable[Failed]) -> None:
        """Keep the first `LISTED_MAX` failed deliveries; the originals are counted by `add`."""
        with self._lock:
            self._failures.extend(list(failures)[: max(0, LISTED_MAX - len(self._failures))])

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Count what became of each delivery at its destination."""
        with self._lock:
            for each in deliveries:
                self._by_destination.setdefault(each.item.destination, Counter())[each.fate] += 1

    def show(self, assets: Iterable[MadeAsset]) -> None:
        """Keep the first `LISTED_MAX` assets that this run made."""
        with self._lock:
            self._assets.extend(list(assets)[: max(0, LISTED_MAX - len(self._assets))])

    def counts(self) -> dict[str, int]:
        """A copy of the counts as they are now."""
        with self._lock:
            return dict(self._counts)

    def report(
        self,
        *,
        run_id: str,
        source: str,
        destinations: Mapping[str, str],
        dry_run: bool,
        seconds: float,
        requests: dict[str, int],
        remarks: tuple[str, ...] = (),
    ) -> IngestReport:
        """The report of the run as it is now; `destinations` are names for people by the ledger's."""
        with self._lock:
            by_destination = tuple(
                Delivered(destination=each, name=name, counts=dict(self._by_destination.get(each, {})))
                for each, name in destinations.items()
            )
            return IngestReport(
                run_id=run_id, source=source, destinations=tuple(destinations), dry_run=dry_run, remarks=remarks,
                by_destination=by_destination, fields_written=self._counts["fields_written"], assets=tuple(self._assets),
                found=self._counts["found"], bytes=self._counts["bytes"], seconds=round(seconds, 3), requests=requests,
                rejected_by_rule=dict(self._rules), refusals=tuple(self._refusals), failures=tuple(self._failures),
                **{fate: self._counts[fate] for fate in FATES},
            )  # fmt: skip


def _refused(refusal: Refusal) -> Refused:
    return Refused(
        uri=refusal.uri, row=refusal.row, rule=str(refusal.rule), sentence=refusal.sentence, reason=refusal.reason
    )
