"""The upload phase beside `s5cmd`, `rclone copy` and boto3: the same files to the same S3 server.

Ours is PUT, ETag check and ledger for every file, as the flow does it; the upload URLs are asked for before the clock starts,
since the others sign for themselves. Theirs is the whole command, as a person would type it; boto3's imports are not counted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.peers import boto3, rclone, s5cmd
from benchmarks.result import Result
from benchmarks.scene import median_of, scene
from dashmedia.ingest import IngestOptions, check_batch, claim_batch, issue_urls, open_ingest, put_batch
from dashmedia.settings import SocialSettings
from sandbox.media import make_many
from tasks.overlap import for_each_overlapping
from tasks.sessions import BATCHES_AT_ONCE

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene
    from dashmedia.ingest import Batch, IngestSession


@dataclass(frozen=True)
class Size:
    """So many files of so many bytes, sent `rounds` times by each; boto3 from `threads` threads."""

    files: int = 2_000
    bytes_each: int = 200_000
    rounds: int = 3
    threads: int = 16


FULL = Size()


def run(size: Size = FULL) -> list[Result]:
    """See `measure`."""
    with scene(prefect=False) as here:
        return measure(here, size)


def measure(here: Scene, size: Size) -> list[Result]:
    """Medians of the rounds, in files a second."""
    media = make_many(here.home / "files", size.files, seed=1, bytes_each=size.bytes_each)
    ours, *others = median_of(
        size.rounds,
        lambda number: size.files / _ours(here, media.manifest, size, number),
        lambda number: size.files / s5cmd(here, media.folder, f"s5cmd-{number}").run(),
        lambda number: size.files / rclone(here, media.folder, f"rclone-{number}", "--transfers", "8").run(),
        lambda number: size.files / boto3(here, media.folder, f"boto3-{number}", size.threads).run_after_imports(),
    )
    what = f"upload phase, {size.files:,} files of {size.bytes_each // 1000} KB, files/s: ours against"
    peers = {
        "s5cmd": "s5cmd",
        "rclone": "rclone copy --transfers 8",
        "boto3": f"boto3's upload_file from {size.threads} threads",
    }
    return [
        Result(f"upload.{key}", f"{what} {name}", ours, other, ours / other, at_least=1.0)
        for (key, name), other in zip(peers.items(), others, strict=True)
    ]


def _ours(here: Scene, manifest: Path, size: Size, number: int) -> float:
    """Wall seconds."""
    options = IngestOptions(source=str(manifest), brand_ids=[4242])
    settings = SocialSettings.from_env(here.env)
    with open_ingest(
        options, settings, ledger_url=here.ledger(f"upload-{number}"), run_id=f"bench-{number}"
    ) as session:
        batches = [_prepared(session, batch) for batch in session.batches()]
        began = time.perf_counter()
        for_each_overlapping(batches, lambda batch: put_batch(session, batch), BATCHES_AT_ONCE)
        seconds = time.perf_counter() - began
        sent = session.score.counts()["bytes"]
    if sent != size.files * size.bytes_each:
        raise AssertionError(f"{sent} bytes were sent, expected {size.files * size.bytes_each}")
    return seconds


def _prepared(session: IngestSession, batch: Batch) -> Batch:
    for step in (check_batch, claim_batch, issue_urls):
        step(session, batch)
    return batch
