"""The flow that most projects begin with: a task for each original, mapped: `python -m benchmarks.one_task_per_item FOLDER`.

The same requests as `benchmarks.bare`, as many at once, and the same wait at the end; Prefect's own retries, no ledger, no checks. Prints the
seconds of the flow run without imports, and its task runs.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import fastapi.encoders  # noqa: F401  # as in `one_flow`: Prefect imports it inside its first run
from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from benchmarks.bare import Bare

BRAND, WORKERS = 4242, 8


@task(cache_policy=NO_CACHE, retries=2, retry_delay_seconds=1)
def send_original(bare: Bare, path: Path) -> str:
    """The three steps for one; its `source_id`."""
    return bare.send(path)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=WORKERS))  # type: ignore[arg-type]  # Prefect's generic is not inferred
def ingest_folder(folder: str) -> int:
    """Every JPEG of the folder is in the library and processed."""
    paths = sorted(Path(folder).glob("*.jpg"))
    with closing(Bare(os.environ["DASH_SOCIAL_API_URL"], os.environ["DASH_SOCIAL_TOKEN"], BRAND, WORKERS)) as bare:
        sent = send_original.map(unmapped(bare), paths)
        bare.wait({each.result() for each in sent}, 0.0)
    return len(sent)


def main() -> None:
    """Run it and print the two numbers."""
    began = time.perf_counter()
    task_runs = ingest_folder(sys.argv[1])
    print(f"{time.perf_counter() - began:.3f} {task_runs}")


if __name__ == "__main__":
    main()
