"""Workloads of `export_downloads` and `backfill_downloads`."""

import shutil
from collections import Counter
from datetime import timedelta

import pyarrow.parquet as pq
from support.crash.findings import Findings
from support.exporting import LAST_DAY, days_of, export, settings_of

from dashmedia.exports.events import EVENT_SCHEMA
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.partitions import PartitionState, partition_url, read_status


class Daily:
    """One or two days into an empty folder."""

    has_ledger = False
    may_refuse = ()
    mode = "missing"
    days = (1, 2)

    def __init__(self, draw):
        self.last = draw.randint(*self.days)
        self.events, self.seed = draw.randint(20, 60) * self.last, draw.randrange(1_000)
        self.rules = ExportRules(page_rows=draw.choice((15, 30, 60)), threads=draw.choice((1, 2, 4)))
        self.formats = draw.choice((("parquet",), ("parquet", "csv")))
        self.chosen = {"first_day": LAST_DAY - timedelta(self.last - 1), "last_day": LAST_DAY}
        self.truth, self.before = {}, {}

    def stock(self, place):
        """The service holds the events of all scenarios of the round: exports change nothing there."""
        place.sandbox.tell("reset")
        self._seed(place, self.events)
        self._note_truth(place)

    def prepare(self, place):
        """Nothing else."""

    def run(self, place, _run_id):
        """One run from beginning to end; whether it is complete."""
        return self._export(place, place.home / "out", self.mode)

    def between(self, place):
        """What a reader would trust is what the service holds, or what was there before."""
        found = Findings()
        for day in self._days():
            status = read_status(str(place.home / "out"), day.date, day.window, verify=True)
            if status.state is PartitionState.COMPLETE:
                rows, wanted = status.certificate.unique_ids, len(self.truth[day.date])
                if rows not in {wanted, self.before.get(day.date)}:
                    found.add("short", abs(wanted - rows), f"trusted on {day}")
        return found

    def check(self, place):
        """Every day is proven and holds the service's events; nothing unfinished lies there."""
        found = Findings()
        for day in self._days():
            status = read_status(str(place.home / "out"), day.date, day.window, verify=True)
            if status.state is not PartitionState.COMPLETE:
                found.add("short", len(self.truth[day.date]), f"on {day}: {status.reason}")
                continue
            held = _ids(f"{partition_url(str(place.home / 'out'), day.date)}/part.parquet")
            wanted = Counter(self.truth[day.date])
            found.add("short", (wanted - held).total(), f"on {day}")
            found.add("doubled", (held - wanted).total(), f"on {day}")
        found.add("unfinished", len(list((place.home / "out").rglob(".*"))), "staged files were left behind")
        return found

    def _days(self):
        return days_of("nowhere", **self.chosen)

    def _export(self, place, out, mode):
        options = {"mode": mode, "formats": self.formats, "rules": self.rules} | self.chosen
        return export(settings_of(place.sandbox), out, **options).is_complete

    def _seed(self, place, count, **options):
        usual = {"count": count, "days": self.last, "last_day": LAST_DAY.isoformat(), "seed": self.seed}
        place.sandbox.tell("seed_events", usual | options)

    def _note_truth(self, place):
        for day in self._days():
            since, until = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (day.window.start, day.window.end))
            self.truth[day.date] = [_row(one) for one in place.sandbox.ask(f"events?since={since}&until={until}")]


class Backfill(Daily):
    """Several days; those that are there are counted again, and most of them have grown since."""

    mode = "verify"
    days = (2, 4)

    def stock(self, place):
        """All days but the first were exported before more events came."""
        place.sandbox.tell("reset")
        self._seed(place, self.events)
        self._export(place, place.stock / "out", "missing")
        self._note_truth(place)
        self.before = {day: len(events) for day, events in self.truth.items()}
        first = partition_url(str(place.stock / "out"), self.chosen["first_day"])
        shutil.rmtree(first)
        self._seed(place, self.events // 2, seed=self.seed + 1, replace=False)
        self._note_truth(place)

    def prepare(self, place):
        """The older partitions."""
        shutil.copytree(place.stock / "out", place.home / "out")


def _row(event):
    """What identifies an event and its content here."""
    return event["id"], event["assetId"], event["userId"], event["downloadType"]


def _ids(path):
    table = pq.read_table(path, schema=EVENT_SCHEMA, columns=["event_id", "asset_id", "user_id", "download_type"])
    return Counter(tuple(row.values()) for row in table.to_pylist())
