"""How late events arrive: measured from those that an earlier export had counted out and a later one found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from dashmedia.exports.events import table_to_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.exports.certificate import Certificate
    from dashmedia.exports.fetch import Export

#: Where the curve is read, in hours.
CURVE_HOURS = (1, 6, 24, 72, 168, 720)


@dataclass(frozen=True, slots=True)
class LateEvents:
    """For each late event the least and the most it was late, in seconds: it came between two looks."""

    at_least_s: tuple[float, ...]
    at_most_s: tuple[float, ...]
    gone: int = 0


class Lateness(BaseModel):
    """The measured lateness of a run.

    Attributes:
        events: that arrived after an earlier export had proven their window without them.
        gone: events of that export that are no longer there.
        of: events in all windows that were looked at again.
        at_least_s: how late the latest one surely was, in seconds; None when there was none.
        at_most_s: how late the latest one may have been.
        later_than: by hours, how many events surely came later than that.
        maybe_later_than: by hours, how many may have come later than that; never fewer.
    """

    model_config = ConfigDict(frozen=True)
    events: int = Field(ge=0)
    gone: int = Field(ge=0)
    of: int = Field(ge=0)
    at_least_s: float | None
    at_most_s: float | None
    later_than: dict[int, int]
    maybe_later_than: dict[int, int]


def find_late(known_ids: Iterable[str], certificate: Certificate, export: Export) -> LateEvents:
    """What the new export holds that the certified one, whose ids these are, did not."""
    frame = table_to_frame(export.table)
    known = pd.Index(list(known_ids))
    dates = frame.loc[~frame["event_id"].isin(known), "downloaded_at"]
    gone = len(known.difference(pd.Index(frame["event_id"].astype("object"))))
    # The old certificate's last count came at its end; taking its beginning keeps "at least" honest.
    ends = certificate.started_at, export.certificate.finished_at
    least, most = (tuple((end - dates).dt.total_seconds().clip(lower=0).tolist()) for end in ends)
    return LateEvents(least, most, gone)


def sum_lateness(found: Iterable[LateEvents], of: int) -> Lateness:
    """The run's lateness from that of its days."""
    days = list(found)
    least = [seconds for one in days for seconds in one.at_least_s]
    most = [seconds for one in days for seconds in one.at_most_s]
    return Lateness(
        events=len(least),
        gone=sum(one.gone for one in days),
        of=of,
        at_least_s=max(least, default=None),
        at_most_s=max(most, default=None),
        later_than=_curve(least),
        maybe_later_than=_curve(most),
    )


def _curve(lateness_s: list[float]) -> dict[int, int]:
    return {hours: sum(seconds > hours * 3600 for seconds in lateness_s) for hours in CURVE_HOURS}
