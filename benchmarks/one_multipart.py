"""One upload to the DAM in a process of its own: `python -m benchmarks.one_multipart FOLDER LEDGER FILES_AT_ONCE PART_BYTES KILL_AT`.

Prints seconds, peak MiB, how many files are ready, how many MiB were sent, and the seconds with the check before. Kills itself by SIGKILL
once `KILL_AT` parts were sent; 0 is never.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from dashmedia.dam import DashSettings
from dashmedia.dam.client import open_dash
from dashmedia.gate import Checked
from dashmedia.gate.stored import look_at
from dashmedia.ingest.batch import Delivery
from dashmedia.jobs import JobRunner
from dashmedia.ledger import Heartbeat, Ledger, NewItem, State, dam_destination
from dashmedia.limits import MIB
from dashmedia.rate import RequestTally
from dashmedia.sources import Original
from dashmedia.storage import Storage
from dashmedia.uploads import AssetUploader, UploadOptions

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "/Benchmark"


class Parts:
    """Counts what was sent, and kills this process once that were `kill_at` parts; 0 is never."""

    def __init__(self, kill_at: int) -> None:
        self.bytes = self._parts = 0
        self._kill_at, self._lock = kill_at, threading.Lock()

    def add(self, size: int) -> None:
        """One part of so many bytes was sent."""
        with self._lock:
            self.bytes += size
            self._parts += 1
            if self._parts == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Check every file, then upload them all; the first clock runs during the upload, the last one during both."""
    began = time.perf_counter()
    folder, ledger, files_at_once, part_bytes, kill_at = sys.argv[1:]
    contents = [_checked(path) for path in sorted(Path(folder).iterdir())]
    options = UploadOptions(files_at_once=int(files_at_once), part_bytes=int(part_bytes))
    parts = Parts(int(kill_at))
    seconds, ready = upload(contents, ledger, options, parts.add)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = time.perf_counter() - began
    print(f"{seconds:.3f} {peak_mib:.1f} {ready} {parts.bytes / MIB:.1f} {whole:.3f}")


def upload(
    contents: list[Checked], ledger_url: str, options: UploadOptions, on_part: Callable[[int], None]
) -> tuple[float, int]:
    """Seconds from the first job to the last file proved, and how many files are ready."""
    settings, tally = DashSettings.from_env(os.environ), RequestTally()
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(ledger_url))
        client = stack.enter_context(open_dash(settings, tally=tally))
        storage = stack.enter_context(closing(Storage(tally=tally)))
        run = ledger.start_run(f"run-{os.getpid()}", flow="benchmark", source="benchmark")
        stack.enter_context(Heartbeat(ledger, run))
        jobs = JobRunner(client, ledger, run)
        uploader = stack.enter_context(
            AssetUploader(client, storage, ledger, run, jobs, options=options, on_part=on_part)
        )
        destination = dam_destination(FOLDER, settings.api_url)
        claims = ledger.claim([_new_item(each, destination) for each in contents], run)
        deliveries = [Delivery(each, claim.item, claim.verdict) for each, claim in zip(contents, claims, strict=True)]
        began = time.perf_counter()
        uploader.upload(deliveries)
        return time.perf_counter() - began, sum(each.item.state is State.READY for each in deliveries)


def _checked(path: Path) -> Checked:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    original = Original(uri=path.name, url=str(path), filename=path.name)
    return Checked(original, sha256, md5, path.stat().st_size, "application/octet-stream", look_at(original))


def _new_item(content: Checked, destination: str) -> NewItem:
    name = content.original.filename
    return NewItem(destination, content.sha256, content.md5, content.size, name, name, content.content_type)


if __name__ == "__main__":
    main()
