"""`lateness.jsonl` beside the partitions: one line for each look at days that had been exported before.

An event that came late is found by one look only, from then on the partition holds it: so the looks add up to a curve that
grows with every run. The file is exchanged whole; of two looks at one moment the history may keep one.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashmedia.errors import DestinationError, clip
from dashmedia.exports.lateness import CURVE_HOURS, Lateness
from dashmedia.exports.stores import open_store

if TYPE_CHECKING:
    from dashmedia.exports.stores import Store

FILE_NAME = "lateness.jsonl"

#: Share of events that may come later than what the history calls enough.
FEW = 0.001


class Look(BaseModel):
    """What one run measured.

    Attributes:
        run_id: of the run.
        looked_at: when it ended, UTC.
        rows: events of each day that is complete by now.
        late: what it found.
    """

    model_config = ConfigDict(frozen=True)
    run_id: str
    looked_at: datetime
    rows: dict[date, int]
    late: Lateness


class LatenessHistory(BaseModel):
    """All looks together.

    Attributes:
        looks: how many.
        since: the first one, UTC.
        days: different days that were looked at.
        of: their events, as last known.
        events: that came late.
        later_than: by hours, how many of them surely came later than that.
        maybe_later_than: by hours, how many may have.
        at_least_s: how late the latest one surely was, in seconds; None when there was none.
    """

    model_config = ConfigDict(frozen=True)
    looks: int = Field(ge=1)
    since: datetime
    days: int = Field(ge=0)
    of: int = Field(ge=0)
    events: int = Field(ge=0)
    later_than: dict[int, int]
    maybe_later_than: dict[int, int]
    at_least_s: float | None

    @property
    def enough_hours(self) -> int | None:
        """After how many hours fewer than one event in a thousand is still to come; None when that is not known."""
        return next(
            (hours for hours, count in self.maybe_later_than.items() if self.of and count <= FEW * self.of), None
        )


def add_look(destination: str, look: Look) -> LatenessHistory:
    """Write one more line, and say what all of them tell.

    Raises:
        DestinationError: the file cannot be read or written, or a line of it is none of ours.
    """
    with open_store(destination) as store:
        looks = _read(store, destination) if store.size(FILE_NAME) is not None else []
        looks.append(look)
        text = "".join(f"{one.model_dump_json()}\n" for one in looks).encode()
        store.stage(FILE_NAME, lambda sink: sink.write(text))()
    return sum_up(looks)


def sum_up(looks: list[Look]) -> LatenessHistory:
    """What one look or more tell together."""
    rows = {day: count for one in looks for day, count in one.rows.items()}
    return LatenessHistory(
        looks=len(looks),
        since=min(one.looked_at for one in looks),
        days=len(rows),
        of=sum(rows.values()),
        events=sum(one.late.events for one in looks),
        later_than={hours: sum(one.late.later_than.get(hours, 0) for one in looks) for hours in CURVE_HOURS},
        maybe_later_than={
            hours: sum(one.late.maybe_later_than.get(hours, 0) for one in looks) for hours in CURVE_HOURS
        },
        at_least_s=max((one.late.at_least_s for one in looks if one.late.at_least_s is not None), default=None),
    )


def _read(store: Store, destination: str) -> list[Look]:
    with store.open(FILE_NAME) as file:
        lines = file.read().splitlines()
    try:
        return [Look.model_validate_json(line) for line in lines]
    except ValidationError as error:
        seen = f"a line of {FILE_NAME} is not as it was written ({clip(str(error))}); mend it or move the file away"
        raise DestinationError(destination.split("?", 1)[0], seen) from error
