"""What a run over download events did: every day in exactly one count, with its state before and after."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from dashmedia.exports.estimate import Estimate  # noqa: TC001 - pydantic reads the annotations
from dashmedia.exports.lateness import Lateness  # noqa: TC001 - as above
from dashmedia.exports.lateness_history import LatenessHistory  # noqa: TC001 - as above
from dashmedia.exports.partitions import partition_url
from dashmedia.exports.review import DayState

if TYPE_CHECKING:
    from dashmedia.exports.days import Day
    from dashmedia.exports.review import DayStatus


class Fate(StrEnum):
    """What became of a day in a run."""

    EXPORTED = "exported"  # this run, or one of its shards, published it
    KEPT = "kept"  # it was left as it was, since the mode did not choose it
    PLANNED = "planned"  # a dry run would export it
    LEFT = "left"  # it was chosen, and is not complete


class DayOutcome(BaseModel):
    """One day. Numbers are those of the certificate that is there now; 0 where there is none.

    Attributes:
        url: the partition's folder, without any query.
        reason: why it is not complete, or was not before.
        requests: that the export took.
        contract: what the service was seen to do, in words.
        sha256: of each data file.
    """

    model_config = ConfigDict(frozen=True)
    day: date
    start: datetime
    end: datetime
    url: str
    before: DayState
    after: DayState
    fate: Fate
    reason: str = ""
    server_total: int = 0
    aggregation_sum: int = 0
    unique_ids: int = 0
    requests: int = 0
    refetches: int = 0
    contract: str = ""
    sha256: dict[str, str] = {}


class ExportReport(BaseModel):
    """The end of one run over download events.

    Attributes:
        rows: events in the partitions that this run published.
        requests: by endpoint, those of shards not among them, repeats included.
        seconds: wall time.
        estimate: in a dry run, what the planned days would take.
        lateness: in a run that counted days again.
        history: of all such runs to this destination.
        made: what was made of the partitions, with its URL.
        problems: what could not be made of the partitions, such as rollups, and why.
    """

    model_config = ConfigDict(frozen=True)
    run_id: str
    destination: str
    timezone: str
    mode: str
    dry_run: bool
    first_day: date
    last_day: date
    days: int = Field(ge=0)
    exported: int = Field(ge=0)
    kept: int = Field(ge=0)
    planned: int = Field(ge=0)
    left: int = Field(ge=0)
    rows: int = Field(ge=0)
    seconds: float = Field(ge=0)
    requests: dict[str, int]
    estimate: Estimate | None
    lateness: Lateness | None
    history: LatenessHistory | None = None
    made: dict[str, str]
    problems: tuple[str, ...]
    partitions: tuple[DayOutcome, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything that was chosen is there, and proven, and what is made of it as well."""
        return self.left == 0 and not self.problems

    @property
    def sentence(self) -> str:
        """The whole run in one sentence."""
        counts = [f"{getattr(self, fate):,} {fate}" for fate in Fate if getattr(self, fate)]
        told = f"{self.days:,} {'day' if self.days == 1 else 'days'}: {', '.join(counts)}"
        if self.estimate:
            about = self.estimate
            return f"{told}; about {about.rows:,} events, {about.requests:,} requests, {about.seconds:,.0f} s."
        return f"{told}; {self.rows:,} events."


def outcome_of(day: Day, destination: str, *, dry_run: bool) -> DayOutcome:
    """What is to be said of a day at the end of a run."""
    before, after = day.before, day.after or day.before
    if before is None or after is None:
        return DayOutcome(**_place(day, destination), before=DayState.MISSING, after=DayState.MISSING, fate=Fate.LEFT)
    proof = after.certificate
    numbers = {} if proof is None else proof.numbers | {"requests": sum(proof.requests.values())}
    numbers.pop("rows_of_sub_windows", None)
    return DayOutcome(
        **_place(day, destination), **numbers, before=before.state, after=after.state,
        fate=_fate(day, before.state, after.state, dry_run=dry_run), reason=_reason(day, before, after),
        refetches=proof.refetches if proof else 0,
        contract=", ".join(f"{name.replace('_', ' ')} {value}" for name, value in proof.contract) if proof else "",
        sha256={name: file.sha256 for name, file in proof.files.items()} if proof else {},
    )  # fmt: skip


def _reason(day: Day, before: DayStatus, after: DayStatus) -> str:
    if after.state is DayState.COMPLETE and not day.failed:
        return before.reason
    return day.failed or "; ".join(filter(None, (after.reason, day.complaint)))


def _place(day: Day, destination: str) -> dict[str, date | datetime | str]:
    url = partition_url(destination.split("?", 1)[0], day.date)
    return {"day": day.date, "start": day.window.start, "end": day.window.end, "url": url}


def _fate(day: Day, before: DayState, after: DayState, *, dry_run: bool) -> Fate:
    if not day.is_chosen:
        was_lost = before is DayState.COMPLETE and after is not DayState.COMPLETE
        return Fate.LEFT if was_lost else Fate.KEPT
    if dry_run:
        return Fate.PLANNED
    return Fate.EXPORTED if after is DayState.COMPLETE and not day.failed else Fate.LEFT
