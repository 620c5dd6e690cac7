"""Each flow without Prefect on a small stage, so that every endpoint it uses is called, and what it left compared with what is true.

A workload has `prepare(stage)`, `run(stage, run_id)` with the report, and `found(stage)`, the four counts. Patience is short by the
clock of tests, since a job that is stuck is waited for to its end.
"""

import csv
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from support import exporting, promoting
from support.delivering import PART, empties
from support.delivering import settings_of as dash_settings_of
from support.ingesting import BRANDS, ingest, settings_of, write_photos

from dashmedia.errors import DashMediaError
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.rollups import write_rollups
from dashmedia.ingest.metadata_map import MetadataMap
from dashmedia.jobs import JobPace
from dashmedia.ledger import Ledger

#: Seconds by the clock of tests until a job that does not end is overdue: one real second.
PACE = JobPace(first_s=0.5, longest_s=20, budget_s=200)

FOLDER = "/UGC/2026-11"
FIELDS = MetadataMap(caption="Description", creator="Creator")

#: What is exported, up to the last day with events.
DAYS = {"first_day": exporting.LAST_DAY - timedelta(days=2)}


@dataclass(frozen=True)
class Found:
    """What is not as it should be, in items or in rows of an export.

    Args:
        lost: wanted and not there.
        doubled: there more often than once, or begun and left without its content.
        wrong: there with other bytes or values, or without having been wanted.
        short: rows missing from a partition.
    """

    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    short: int = 0

    @property
    def is_right(self):
        """Whether all four are zero."""
        return self == Found()


def compare(wanted, held):
    """Of things that should be there as often as `wanted` counts them."""
    return Found(
        lost=sum((wanted - held).values()),
        doubled=sum(held[each] - wanted[each] for each in wanted if held[each] > wanted[each]),
        wrong=sum(number for each, number in held.items() if each not in wanted),
    )


def sums_of(folder):
    """SHA-256 of each photo."""
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jpg"))


class Workload:
    """What all have in common.

    Attributes:
        variant: how the sandbox is read, in every run.
        rules: faults of the first run that lead to calls which a good day does not have.
        endpoints: those that are spoilt here; None is all that a run without a fault is seen to use.
        grace_s: seconds that a run may take without a fault, ten times what it does on two free processors.
    """

    def __init__(self, *, variant=None, rules=(), endpoints=None, grace_s=20):
        self.variant, self.rules, self.endpoints, self.grace_s = variant or {}, rules, endpoints, grace_s


class Brands(Workload):
    """Originals to brands; few are looked up by their ids, more in the listing."""

    def __init__(self, photos, brands=BRANDS, **options):
        super().__init__(**options)
        self._photos, self._brands = photos, brands

    def prepare(self, stage):
        write_photos(stage.folder / "originals", self._photos)

    def run(self, stage, run_id):
        release(stage)
        source = stage.folder / "originals"
        return ingest(settings_of(stage.through), source, stage.ledger, run_id, brand_ids=self._brands)

    def found(self, stage):
        media = stage.sandbox.ask("media")
        wanted = sums_of(stage.folder / "originals")
        return compare(
            Counter((brand, each) for brand in self._brands for each in wanted),
            Counter((each["brand_id"], each["sha256"]) for each in media),
        )


class Dam(Workload):
    """Originals, and what a manifest says of them, to a folder of the DAM; `by_login`: with tokens from the login."""

    def __init__(self, photos, *, by_login=False, **options):
        super().__init__(**options)
        self._photos, self._by_login = photos, by_login

    def prepare(self, stage):
        folder = write_photos(stage.folder / "originals", self._photos)
        with (folder / "manifest.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["uri", "caption", "creator"])
            rows.writerows([path.name, f"caption of {path.name}", "@ana"] for path in sorted(folder.glob("*.jpg")))

    def run(self, stage, run_id):
        release(stage)
        source, dash = stage.folder / "originals" / "manifest.csv", dash_settings_of(stage.through)
        if self._by_login:
            dash = dash.model_copy(update={"api_token": None})
        chosen = {"dam_folder": FOLDER, "dam_fields": FIELDS, "brand_ids": (), "pace": PACE}
        return ingest(None, source, stage.ledger, run_id, dash=dash, **chosen)

    def found(self, stage):
        wanted = sums_of(stage.folder / "originals")
        originals = [each for each in stage.sandbox.ask("originals") if each["folder"] == FOLDER]
        of_bytes = compare(wanted, Counter(each["sha256"] for each in originals))
        values = {each["id"]: each["values"] for each in stage.sandbox.ask("assets?state=STAGED")}
        silent = [each for each in originals if not is_worded(each["filename"], values.get(each["asset_id"], {}))]
        return Found(of_bytes.lost, of_bytes.doubled + len(empties(stage.sandbox)), of_bytes.wrong + len(silent))


def is_worded(filename, values):
    """Whether an asset has what the manifest says of its original."""
    return (values.get("Description"), values.get("Creator")) == ([f"caption of {filename}"], ["@ana"])


class Promotion(Workload):
    """Assets by a rule from STAGED to PENDING_APPROVAL, in jobs of three; one that may not move is among them."""

    def prepare(self, stage):
        stage.good = promoting.seed(stage.sandbox, 7)
        promoting.seed(stage.sandbox, 1, values={"Title": False})

    def run(self, stage, run_id):
        return promoting.promote(stage.through, stage.ledger, run_id, job_size=3, pace=PACE)

    def found(self, stage):
        moves = stage.sandbox.ask("moves")
        wanted = Counter((one, str(promoting.TO_APPROVAL)) for one in stage.good)
        return compare(wanted, Counter((one, step) for one, steps in moves.items() for step in steps))


class Export(Workload):
    """Three days of download events with their names, in pages of ten."""

    def prepare(self, stage):
        exporting.seed(stage.sandbox, 72, 3)

    def run(self, stage, run_id):
        settings, rules = exporting.settings_of(stage.through), ExportRules(page_rows=10, threads=4)
        with exporting.opened(settings, stage.folder / "out", rules=rules, mode="verify", **DAYS) as session:
            session.review()
            for day in session.chosen:
                session.export(day)
            session.confirm()
            try:
                write_rollups(session.options.destination, session.complete, session.names)
            except DashMediaError as error:
                session.problems.append(str(error))
            return session.report()

    def found(self, stage):
        wanted = Counter(exporting.truth(stage.sandbox, **DAYS))
        held = Counter(exporting.held(stage.folder / "out", **DAYS))
        ids = {row[0] for row in held}
        rows = compare(wanted, held)
        return Found(0, rows.doubled, rows.wrong, sum(1 for row in wanted - held if row[0] not in ids))


def release(stage):
    """What a person does who has read why originals were set aside for good: they are taken again."""
    if stage.ledger.exists():
        with Ledger.open(str(stage.ledger)) as ledger:
            ledger.retry(ledger.unready())


#: An answer that never comes makes the next steps ask what happened.
LOST_CREATE = {"endpoint": "create_media", "kind": "reset_after", "times": 3}
LOST_JOB = {"endpoint": "submit_upload_new_job", "kind": "reset_after", "times": 1}

#: The reading in which nobody else prevents a second record.
HARSH = {"duplicates": "second"}

#: The reading in which a job is done although its answer is lost; in others it waits until somebody asks for it.
AT_ONCE = {"job_polls": 0}

#: By the name of the flow in the table.
WORKLOADS = {
    "ingest": Brands(5, variant=HARSH),
    "ingest, few originals": Brands(2, variant=HARSH, endpoints=("get_media",)),
    "ingest, lost answers": Brands(3, variant=HARSH, rules=(LOST_CREATE,), endpoints=("create_media", "list_media")),
    "ingest, long list": Brands(110, BRANDS[:1], endpoints=(), grace_s=60),
    "DAM, whole files": Dam(3, by_login=True),
    "DAM, in parts": Dam(3, variant={"part_bytes": PART}, endpoints=("put_part", "complete_asset_upload")),
    "DAM, URLs run out": Dam(3, variant={"part_bytes": PART, "part_url_uses": 1}, endpoints=("create_asset_upload",)),
    "DAM, lost answers": Dam(
        3, variant=AT_ONCE, rules=(LOST_JOB,), endpoints=("submit_upload_new_job", "submit_edit_job", "search_assets")
    ),
    "promotion": Promotion(variant={"job_polls": 1}),
    "promotion, lost answers": Promotion(variant=AT_ONCE, endpoints=("submit_lifecycle_job", "search_assets")),
    "export": Export(),
}
