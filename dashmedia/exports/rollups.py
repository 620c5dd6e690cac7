"""Downloads by day, month, asset, user, user type, download type and portal, counted from partitions that are trusted.

Partitions stream by one after the other, `GROUP_ROWS` events at a time; what is held is a row for each value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from dashmedia.exports.grouping import MEASURES, Grouping, join_measures, measure
from dashmedia.exports.labels import label_assets, label_portals, label_users
from dashmedia.exports.rollup_files import write_tables
from dashmedia.exports.trusted import require_trusted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dashmedia.exports.labels import NameLookup
    from dashmedia.exports.readings import ContractVariant
    from dashmedia.exports.windows import Window


class By(StrEnum):
    """What downloads are counted by; the value is the name of the file and the view."""

    DAY = "by_day"
    MONTH = "by_month"
    ASSET = "by_asset"
    USER = "by_user"
    USER_TYPE = "by_user_type"
    DOWNLOAD_TYPE = "by_download_type"
    PORTAL = "by_portal"


def _schema(*key: pa.Field) -> pa.Schema:
    return pa.schema([*key, *MEASURES])


def _words(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string()) for name in names]


#: Columns of each rollup. Days and months are local ones of the partitions' zone, a month is its first day, `days` are
#: those of it that were counted. By day and month oldest first, also where there was no download; else the most
#: downloads first, then by id. An absent value, such as the portal of a download elsewhere, is a row with an empty id.
ROLLUP_SCHEMAS: dict[By, pa.Schema] = {
    By.DAY: _schema(pa.field("day", pa.date32(), nullable=False)),
    By.MONTH: _schema(pa.field("month", pa.date32(), nullable=False), pa.field("days", pa.int64(), nullable=False)),
    By.ASSET: _schema(*_words("asset_id", "file_name", "title", "folder_path")),
    By.USER: _schema(*_words("user_id", "user_name")),
    By.USER_TYPE: _schema(*_words("user_type")),
    By.DOWNLOAD_TYPE: _schema(*_words("download_type")),
    By.PORTAL: _schema(*_words("portal_id", "portal_name")),
}

_LABELS = {By.ASSET: ("assets", label_assets), By.USER: ("users", label_users), By.PORTAL: ("portals", label_portals)}


@dataclass(frozen=True, slots=True)
class Rollups:
    """Downloads of some days, counted.

    Attributes:
        windows: the days that were counted, each with its window.
        tables: of `ROLLUP_SCHEMAS`; the downloads of each add up to `downloads`.
        missing_names: how many different assets, users and portals have no name; empty when none was looked up.
        contracts: what the service was seen to do while each day was exported.
    """

    windows: Mapping[date, Window]
    tables: Mapping[By, pa.Table]
    missing_names: Mapping[str, int]
    contracts: tuple[ContractVariant, ...]

    @property
    def downloads(self) -> int:
        """All of them."""
        return sum(self.tables[By.DAY].column("downloads").to_pylist())

    def frame(self, by: By) -> pd.DataFrame:
        """One rollup as a frame with the columns of its schema: strings, int64, times of UTC, days as dates at midnight."""
        types = {pa.string(): pd.StringDtype("pyarrow")}
        frame: pd.DataFrame = self.tables[by].to_pandas(types_mapper=types.get, date_as_object=False)
        return frame.astype({name: _dtype(kind) for name, kind in _types_of(by)})


def write_rollups(destination: str, windows: Mapping[date, Window], names: NameLookup | None = None) -> Rollups:
    """Count the downloads of these days and write the rollups beside the partitions, as Parquet and CSV.

    They replace those of before, so `windows` are all days that the rollups should speak of: as a rule
    `find_partitions(destination, timezone).windows`.

    Args:
        destination: of the partitions, a path or fsspec URL.
        windows: local days with their windows; each needs a complete partition.
        names: what to call assets, users and portals; None leaves the names empty.

    Raises:
        IncompleteExportError: a day has no complete partition; nothing was written.
        DestinationError: the destination refused.
        TransientError, RejectedError: from `names`; nothing was written.
    """
    rollups = compute_rollups(destination, windows, names)
    write_tables(destination, {str(by): table for by, table in rollups.tables.items()})
    return rollups


def compute_rollups(destination: str, windows: Mapping[date, Window], names: NameLookup | None = None) -> Rollups:
    """As `write_rollups`, without writing."""
    counter = _Counter()
    for day, window in sorted(windows.items()):
        counter.add(destination, day, window)
    tables, missing = counter.tables(), dict[str, int]()
    for by, (kind, label) in _LABELS.items():
        labelled = label(tables[by], names)
        tables[by] = labelled.table
        missing |= {kind: labelled.missing} if names else {}
    checked = {by: table.cast(ROLLUP_SCHEMAS[by]).combine_chunks() for by, table in tables.items()}
    return Rollups(dict(windows), checked, missing, tuple(dict.fromkeys(counter.contracts)))


class _Counter:
    """What is known after some of the partitions."""

    def __init__(self) -> None:
        keys = [by for by in By if by not in {By.DAY, By.MONTH}]
        self._groups = {by: Grouping(ROLLUP_SCHEMAS[by].names[0], pa.string()) for by in keys}
        self._days: list[dict[str, Any]] = []
        self.contracts: list[ContractVariant] = []

    def add(self, destination: str, day: date, window: Window) -> None:
        """Read one partition and count its events."""
        partition = require_trusted(destination, day, window)
        sums = []
        for batch in partition.read():
            events = pa.Table.from_batches([batch])
            sums.append(measure(events))
            for group in self._groups.values():
                group.add(events)
        self._days.append({"day": day} | join_measures(sums))
        self.contracts.append(partition.certificate.contract)

    def tables(self) -> dict[By, pa.Table]:
        """Keys and measures, without names."""
        days = pa.Table.from_pylist(self._days, ROLLUP_SCHEMAS[By.DAY])
        months = pa.Table.from_pylist(_months(self._days), ROLLUP_SCHEMAS[By.MONTH])
        return {By.DAY: days, By.MONTH: months} | {by: group.counts() for by, group in self._groups.items()}


def _months(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[date, list[dict[str, Any]]] = {}
    for row in days:
        found.setdefault(row["day"].replace(day=1), []).append(row)
    return [{"month": month, "days": len(rows)} | join_measures(rows) for month, rows in sorted(found.items())]


def _types_of(by: By) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in ROLLUP_SCHEMAS[by]]


def _dtype(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "datetime64[us, UTC]"
    return {pa.date32(): "datetime64[s]", pa.int64(): "int64"}.get(kind, "string")
