"""The upload phase beside `s5cmd` and `rclone copy`: the same files to the same S3 server.

Ours is PUT, ETag check and ledger for every file, as the flow does it; the upload URLs are asked for before the clock starts,
since the others sign for themselves. Theirs is the whole command, as a person would type it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.result import Result
from benchmarks.scene import median_of, scene
from dashmedia.ingest import IngestOptions, check_batch, claim_batch, issue_urls, open_ingest, put_batch
from dashmedia.settings import SocialSettings
from sandbox.media import make_many
from sandbox.rclone import find_rclone
from tasks.overlap import for_each_overlapping
from tasks.sessions import BATCHES_AT_ONCE

if TYPE_CHECKING:
    from benchmarks.scene import Scene
    from dashmedia.ingest import Batch, IngestSession

FILES, BYTES, ROUNDS = 2_000, 200_000, 3


def run() -> list[Result]:
    """Medians of `ROUNDS` rounds, in files a second."""
    with scene(prefect=False) as here:
        media = make_many(here.home / "files", FILES, seed=1, bytes_each=BYTES)
        ours, s5cmd, rclone = median_of(
            ROUNDS,
            lambda number: _ours(here, media.manifest, number),
            lambda number: _s5cmd(here, media.folder, number),
            lambda number: _rclone(here, media.folder, number),
        )
    what = f"upload phase, {FILES:,} files of {BYTES // 1000} KB, files/s"
    return [
        Result(f"{what}: ours against s5cmd", ours, s5cmd, ours / s5cmd, at_least=1.0),
        Result(f"{what}: ours against rclone copy --transfers 8", ours, rclone, ours / rclone, at_least=1.0),
    ]


def _ours(here: Scene, manifest: Path, number: int) -> float:
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
    if sent != FILES * BYTES:
        raise AssertionError(f"{sent} bytes were sent, expected {FILES * BYTES}")
    return FILES / seconds


def _prepared(session: IngestSession, batch: Batch) -> Batch:
    for step in (check_batch, claim_batch, issue_urls):
        step(session, batch)
    return batch


def _s5cmd(here: Scene, folder: Path, number: int) -> float:
    env = {
        "AWS_ACCESS_KEY_ID": here.env["SANDBOX_S3_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": here.env["SANDBOX_S3_SECRET_ACCESS_KEY"],
    }
    target = f"s3://{here.env['SANDBOX_S3_BUCKET']}/s5cmd-{number}/"
    command = [
        "s5cmd",
        "--endpoint-url",
        here.env["SANDBOX_S3_URL"],
        "--log",
        "error",
        "cp",
        "--exclude",
        "*.csv",
        f"{folder}/",
        target,
    ]
    return _timed([_beside_python("s5cmd"), *command[1:]], env)


def _rclone(here: Scene, folder: Path, number: int) -> float:
    target = f":s3:{here.env['SANDBOX_S3_BUCKET']}/rclone-{number}"
    command = [str(find_rclone()), "copy", "--transfers", "8", "--include", "*.jpg", str(folder), target]
    return _timed(command, here.rclone_env)


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _timed(command: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    return FILES / (time.perf_counter() - began)
