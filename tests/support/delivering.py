"""Files into the DAM without Prefect, and what the sandbox then holds: shared by tests that play with both."""

import hashlib
import random
from collections import Counter
from contextlib import ExitStack, closing

from support.exporting import settings_of as dash_settings_of
from support.ingesting import PATIENT, brief, fast_clock

from dashmedia.dam.client import open_dash
from dashmedia.gate import Checked
from dashmedia.gate.stored import look_at
from dashmedia.ingest.batch import Delivery
from dashmedia.jobs import JobPace, JobRunner
from dashmedia.ledger import Heartbeat, Ledger, NewItem, dam_destination
from dashmedia.rate import RequestTally
from dashmedia.sources import Original
from dashmedia.storage import Storage
from dashmedia.uploads import AssetUploader, UploadOptions

FOLDER = "/UGC/2031-02"

#: Size of the parts that the sandbox makes in these tests, whatever was asked for: many parts of small files.
PART = 1_000


def settings_of(sandbox, **change):
    """Settings for the sandbox's DAM, as fast as it goes."""
    return dash_settings_of(sandbox, **change)


def write_files(folder, *sizes, seed=1):
    """One file of random bytes for each size, named by its number; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{seed}-{number:03}.bin" for number in range(len(sizes))]
    for number, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        path.write_bytes(random.Random(f"{seed} {number}").randbytes(size))
    return paths


def checked(path, filename=None):
    """A file as the gate passes it on; of any content."""
    original = Original(uri=path.name, url=str(path), filename=filename or path.name)
    content = path.read_bytes()
    sums = hashlib.sha256(content).hexdigest(), hashlib.md5(content).hexdigest()
    return Checked(original, *sums, len(content), "application/octet-stream", look_at(original))


def new_item(each, destination):
    """What the ledger is asked for one checked file."""
    return NewItem(
        destination, each.sha256, each.md5, each.size, each.original.uri, each.original.filename, each.content_type
    )


class Uploading:
    """One run: a ledger, the clients and an uploader, to play with."""

    def __init__(self, stack, settings, ledger, run_id, *, on_part=None, pace=None, **options):
        self.settings = settings
        self.tally = RequestTally()
        self.ledger = stack.enter_context(Ledger.open(str(ledger)))
        times = {"sleep": brief, "clock": fast_clock}
        self.client = stack.enter_context(open_dash(settings, tally=self.tally, retry=PATIENT, **times))
        storage = stack.enter_context(closing(Storage(tally=self.tally, retry=PATIENT, **times)))
        self.run = self.ledger.start_run(run_id, flow="test", source="test")
        stack.callback(lambda: self.ledger.end_run(self.run, {}))
        stack.enter_context(Heartbeat(self.ledger, self.run))
        jobs = JobRunner(self.client, self.ledger, self.run, pace=pace or JobPace(), **times)
        chosen = {"options": UploadOptions(**options), "sleep": brief, "on_part": on_part}
        uploader = AssetUploader(self.client, storage, self.ledger, self.run, jobs, **chosen)
        self.uploader = stack.enter_context(uploader)

    def claim(self, contents, destination):
        """Deliveries for these checked files."""
        claims = self.ledger.claim([new_item(each, destination) for each in contents], self.run)
        return [Delivery(each, claim.item, claim.verdict) for each, claim in zip(contents, claims, strict=True)]

    def upload(self, contents, folder=FOLDER):
        """Claim and upload; the deliveries as they ended."""
        deliveries = self.claim(contents, dam_destination(folder, self.settings.api_url))
        self.uploader.upload(deliveries)
        return deliveries


def deliver(settings, paths, ledger, run_id, *, folder=FOLDER, batch=1_000, **options):
    """One run from beginning to end, `batch` files after the other."""
    with ExitStack() as stack:
        run = Uploading(stack, settings, ledger, run_id, **options)
        contents = [checked(path) for path in paths]
        batches = (contents[start : start + batch] for start in range(0, len(contents), batch))
        return [delivery for each in batches for delivery in run.upload(each, folder)]


def reasons(deliveries):
    """Why each one that was set aside was."""
    return [each.failed.reason for each in deliveries if each.failed is not None]


def fates(deliveries):
    """How many ended in which way."""
    return Counter(each.fate for each in deliveries)


def assert_each_once(sandbox, paths, folder=FOLDER):
    """The folder holds the bytes of each file exactly once, and nowhere is an asset without a file."""
    wanted = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    originals = sandbox.ask("originals")
    held = Counter(each["sha256"] for each in originals if each["folder"] == folder)
    assert held == wanted, f"lost {wanted - held}, doubled {held - wanted}"
    assert empties(sandbox) == []


def empties(sandbox):
    """Assets without a file."""
    return [each["id"] for each in sandbox.ask("assets?state=STAGED") if each["file"] is None]
