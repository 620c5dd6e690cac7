"""Partitions of a destination, made from events as an export makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dashmedia.exports.encoding import Format
from dashmedia.exports.fetch import export_window
from dashmedia.exports.partitions import write_partition
from dashmedia.exports.windows import day_windows, find_zone

#: The days of `publish`, unless told: 18 to 20 November 2026.
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 20)


def publish(destination, search, first=FIRST, last=LAST, timezone="UTC", formats=(Format.PARQUET,)):
    """Export each local day; the windows by day."""
    windows = day_windows(first, last, find_zone(timezone))
    for day, window in windows.items():
        export = export_window(search, window, now=lambda: datetime(2027, 1, 1, tzinfo=UTC))
        write_partition(str(destination), day, timezone, export, formats)
    return windows


def over_days(events, days=3):
    """The same events, dealt out over days that end with their own."""
    return [
        event._replace(downloaded_at=event.downloaded_at - timedelta(days=number % days))
        for number, event in enumerate(events)
    ]


class Label:
    """What people call an asset."""

    def __init__(self, file_name, title=None, folder_path=None):
        self.file_name, self.title, self.folder_path = file_name, title, folder_path


class NamesByHand:
    """A `NameLookup` over dictionaries; `asked` are the ids of each look-up."""

    def __init__(self, assets=None, portals=None, users=None):
        self.known = {"assets": assets or {}, "portals": portals or {}, "users": users or {}}
        self.asked = []

    def assets(self, ids):
        return self._find("assets", ids)

    def portals(self, ids):
        return self._find("portals", ids)

    def users(self, ids):
        return self._find("users", ids)

    def _find(self, kind, ids):
        ids = list(ids)
        self.asked.append((kind, ids))
        return {one: self.known[kind].get(one) for one in ids}
