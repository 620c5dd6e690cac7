"""What a day's partition is worth now: what lies there, and on request what the service counts today."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dashmedia.exports.fetch import count_window
from dashmedia.exports.partitions import PartitionState, read_status
from dashmedia.exports.readings import ContractSeen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.exports.certificate import Certificate
    from dashmedia.exports.days import Day
    from dashmedia.exports.encoding import Format
    from dashmedia.exports.options import Mode
    from dashmedia.exports.search import EventSearch


class DayState(StrEnum):
    """What a day's partition is worth."""

    COMPLETE = "complete"  # proven, and nothing speaks against it
    SHORT = "short"  # something is there that must not be trusted
    MISSING = "missing"  # nothing is there, or not in every format asked for
    CHANGED = "changed since"  # complete when it was written; the service counts other events by now


#: Which days each mode exports.
CHOSEN: dict[Mode, frozenset[DayState]] = {
    "missing": frozenset({DayState.MISSING, DayState.SHORT}),
    "failed": frozenset({DayState.SHORT}),
    "verify": frozenset({DayState.MISSING, DayState.SHORT, DayState.CHANGED}),
    "force": frozenset(DayState),
}


@dataclass(frozen=True, slots=True)
class DayStatus:
    """The state of a day's partition, why it is not complete, and the certificate that is there, if it can be read."""

    state: DayState
    reason: str = ""
    certificate: Certificate | None = None


def read_day(destination: str, day: Day, formats: Iterable[Format], *, verify: bool) -> DayStatus:
    """What lies there.

    Args:
        destination: path or fsspec URL.
        day: which.
        formats: that must be there.
        verify: read the data files and compare hashes; else only their sizes.

    Raises:
        DestinationError: the destination cannot be read.
    """
    there = read_status(destination, day.date, day.window, verify=verify)
    if there.state is not PartitionState.COMPLETE or there.certificate is None:
        return DayStatus(DayState(there.state.value), there.reason, there.certificate)
    absent = [kind.file_name for kind in formats if kind.file_name not in there.certificate.files]
    if absent:
        return DayStatus(DayState.MISSING, f"{' and '.join(absent)} was not asked for then", there.certificate)
    return DayStatus(DayState.COMPLETE, "", there.certificate)


def recount(search: EventSearch, day: Day, status: DayStatus) -> DayStatus:
    """The status with what the service counts today: one request, none for a day that is not complete anyway.

    Raises:
        what the service raises.
    """
    if status.state is not DayState.COMPLETE or status.certificate is None:
        return status
    # The same bounds as when it was certified: so the numbers compare, whatever is known of range ends by now.
    count = count_window(search, day.window, ContractSeen(status.certificate.contract))
    if count.total == count.aggregation_sum == status.certificate.server_total:
        return status
    reason = f"certified with {status.certificate.server_total:,} events, the service counts {count.total:,} now"
    return DayStatus(DayState.CHANGED, reason, status.certificate)
