"""The complete days of a run, brought into PostgreSQL: those that it exported, and those that are not there in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from dashmedia.exports.events import EVENT_SCHEMA, table_to_frame
from dashmedia.exports.postgres import count_loaded, load_partition
from dashmedia.exports.trusted import require_trusted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from dashmedia.exports.windows import Window


class Loads(NamedTuple):
    """Days that were loaded, and their events; the other days were there already."""

    days: int
    rows: int


def load_days(destination: str, windows: Mapping[date, Window], fresh: Collection[date], url: str, table: str) -> Loads:
    """The table holds these days as their partitions do.

    Args:
        destination: of the partitions, a path or fsspec URL.
        windows: of complete days.
        fresh: those that were exported just now: they are loaded in any case, the others where the table counts other
            events than their certificates.
        url: `postgresql://user:password@host/database`.
        table: see `load_partition`.

    Raises:
        SettingsError: the URL is not one of PostgreSQL.
        LoadError: the database refused, or the table there has other columns.
        IncompleteExportError, DestinationError: a partition cannot be trusted, or not be read.
    """
    there = count_loaded(url, table)
    loaded = []
    for day, window in sorted(windows.items()):
        partition = require_trusted(destination, day, window)
        if day in fresh or there.get(day, 0) != partition.certificate.unique_ids:
            events = table_to_frame(pa.Table.from_batches(partition.read(), EVENT_SCHEMA))
            loaded.append(load_partition(url, table, events, day).rows)
    return Loads(len(loaded), sum(loaded))
