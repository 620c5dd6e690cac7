"""Workloads of `ingest_ugc`: brands, the DAM, both, and sources with all sorts of rows."""

import csv
import hashlib
import io
import json
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
from support.crash.findings import Findings
from support.delivering import empties
from support.delivering import settings_of as dam_settings_of
from support.ingesting import ingest, photo, settings_of

from dashmedia.ingest.metadata_map import MetadataMap

BRANDS = [4242, 4343, 4444]
FOLDER = "/UGC/2026-11"
CAPTIONS = MetadataMap(caption="Description", campaign="Campaign")
ADDRESS = "https://cdn.example/"

#: Of the readings of the contract: a careless repeat doubles, a lost answer leaves something behind, nothing takes time.
READING = {"duplicates": "second", "process_after_looks": 0, "job_polls": 0}


def fetch(url, _most):
    """The photo of an address, in the place of a download."""
    return io.BytesIO(photo(int(url.removeprefix(ADDRESS).split(".")[0])))


class Ingestion:
    """A few photos from a folder into brands.

    Args:
        draw: sizes, widths and readings of the contract come from it.
        brands: how many.
    """

    has_ledger = True
    may_refuse = ()
    dam_folder = None
    dam_fields = None

    def __init__(self, draw, brands=1):
        self.brands = BRANDS[:brands]
        self.photos = range(first := draw.randrange(1_000), first + draw.randint(1, 4))
        self.batch_size = draw.randint(1, len(self.photos) + 1)
        self.workers = draw.choice((1, 2, 4))
        self.reading = READING | {
            "storage": draw.choice(("direct", "front")),
            "create_status": draw.choice((200, 201)),
            "create_shape": draw.choice(("media", "data", "media_nested", "no_id")),
        }

    def stock(self, place):
        """Photos in a folder; each has noise of its own."""
        for number in self.photos:
            (place.stock / f"look-{number:04}.jpg").write_bytes(photo(number))

    def source(self, place):
        """What is ingested."""
        return place.stock

    def prepare(self, place):
        """Services as at the start."""
        place.sandbox.tell("reset")
        place.sandbox.tell("variant", dict(self.reading))

    def run(self, place, run_id):
        """One run from beginning to end; whether it is complete."""
        dash = dam_settings_of(place.sandbox) if self.dam_folder else None
        report = ingest(
            settings_of(place.sandbox), self.source(place), place.ledger, run_id, brand_ids=self.brands, fetch=fetch,
            batch_size=self.batch_size, workers=self.workers, dash=dash, dam_folder=self.dam_folder,
            dam_fields=self.dam_fields,
        )  # fmt: skip
        return report.is_complete

    def between(self, _place):
        """Nobody reads before the last run is through."""
        return Findings()

    def check(self, place):
        """Each brand and the folder hold each content once."""
        found = Findings()
        media = place.sandbox.ask("media")
        for brand in self.brands:
            held = Counter(each["sha256"] or each["url"] for each in media if each["brand_id"] == brand)
            found.compare(self.wanted(place), held, f"brand {brand}")
        if self.dam_folder:
            self._check_dam(place, found)
        return found

    def wanted(self, _place):
        """Contents by SHA-256, or by address where the service fetches them itself."""
        return Counter(hashlib.sha256(photo(number)).hexdigest() for number in self.photos)

    def _check_dam(self, place, found):
        held = Counter(each["sha256"] for each in place.sandbox.ask("originals") if each["folder"] == self.dam_folder)
        contents = Counter(hashlib.sha256(photo(number)).hexdigest() for number in self.photos)
        found.compare(contents, held, f"folder {self.dam_folder}")
        found.add("doubled", len(empties(place.sandbox)), "assets without a file")


class ToDam(Ingestion):
    """A few photos into a folder of the DAM, in one part each."""

    dam_folder = FOLDER

    def __init__(self, draw):
        super().__init__(draw, brands=0)
        self.reading |= {"part_storage": draw.choice(("direct", "front")), "job_polls": draw.choice((0, 1))}


class InParts(ToDam):
    """The same in many small parts."""

    def __init__(self, draw):
        super().__init__(draw)
        self.photos = self.photos[:3]
        self.reading |= {"part_bytes": draw.choice((500, 900, 1_300)), "part_storage": "front"}


class ToBoth(Ingestion):
    """A manifest with captions: into one or two brands, and into the DAM with fields."""

    dam_folder, dam_fields = FOLDER, CAPTIONS

    def __init__(self, draw):
        super().__init__(draw, brands=draw.randint(1, 2))
        self.photos = self.photos[:3]
        self.reading |= {"part_bytes": draw.choice((None, 1_500)), "part_storage": "front"}

    def stock(self, place):
        """Photos, and what is said of them."""
        super().stock(place)
        with self.source(place).open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["uri", "caption", "campaign"])
            rows.writerows([f"look-{one:04}.jpg", f"caption {one}", "Always on"] for one in self.photos)

    def source(self, place):
        """The manifest."""
        return place.stock / "manifest.csv"

    def _check_dam(self, place, found):
        super()._check_dam(place, found)
        told = Counter(
            (each["file"]["filename"], *each["values"].get("Description", ()))
            for each in place.sandbox.ask("assets?state=STAGED")
            if each["file"] and each["values"].get("Folders") == [FOLDER]
        )
        found.compare(
            Counter((f"look-{one:04}.jpg", f"caption {one}") for one in self.photos), told, "captions in the DAM"
        )


class AllSorts(Ingestion):
    """A manifest of one of three kinds: photos, one of them twice, a public address, and four that a rule refuses."""

    def __init__(self, draw):
        super().__init__(draw)
        self.kind = draw.choice(("csv", "jsonl", "parquet"))
        self.public = ADDRESS + f"{self.photos.stop + draw.randrange(5)}.jpg"

    def stock(self, place):
        """Every file, and the manifest that names one more."""
        super().stock(place)
        first = photo(self.photos[0])
        refused = {"empty.jpg": b"", "words.jpg": b"no picture at all", "half.jpg": first[: len(first) // 2]}
        for name, content in ({"again.jpg": first} | refused).items():
            (place.stock / name).write_bytes(content)
        names = [path.name for path in sorted(place.stock.iterdir())]
        _write_manifest(self.source(place), [*names, "missing.jpg", self.public])

    def source(self, place):
        """The manifest."""
        return place.stock / f"manifest.{self.kind}"

    def wanted(self, place):
        """As for a folder, and the public address."""
        return super().wanted(place) + Counter([self.public])


def _write_manifest(path, uris):
    rows = [{"uri": uri} for uri in uris]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text("uri\n" + "".join(f"{uri}\n" for uri in uris))
