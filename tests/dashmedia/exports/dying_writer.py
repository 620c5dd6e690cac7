"""Writes a partition again and again, killed before its n-th file operation; a line of JSON for each death.

Usage: dying_writer.py FOLDER nothing|another. FOLDER holds two partitions, `old` and `new`, and what `new` was written from.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashmedia.exports.certificate import Certificate
from dashmedia.exports.encoding import Format
from dashmedia.exports.fetch import Export
from dashmedia.exports.partitions import PartitionState, read_status, write_partition

DAY = date(2026, 11, 20)
STEPS = {"open", "os.mkdir", "os.rename", "os.remove"}


def main(folder: Path, before: str) -> None:
    with pa.OSFile(str(folder / "new.parquet")) as file:
        table = pq.read_table(file, use_threads=False)
    export = Export(table, Certificate.model_validate_json((folder / "new.json").read_text()))
    target = folder / "target"
    for step in range(1, 100):
        shutil.rmtree(target, ignore_errors=True)
        if before == "another":
            shutil.copytree(folder / "old", target)
        if lives(target, export, step):
            return
        sys.stdout.write(json.dumps(judge(target, export)) + "\n")
        sys.stdout.flush()


def lives(target: Path, export: Export, step: int) -> bool:
    """Whether the writer got to its end, told to die before its file operation number `step`."""
    child = os.fork()
    if child == 0:
        die_at(step, str(target))
        write_partition(str(target), DAY, "UTC", export, [Format.CSV])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
    return status == 0


def die_at(step: int, target: str) -> None:
    left = step

    def hook(name, args):
        nonlocal left
        if name in STEPS and str(args[0]).startswith(target):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def judge(target: Path, export: Export) -> dict:
    window = export.certificate.window
    quick, thorough = (read_status(str(target), DAY, window, verify=verify) for verify in (False, True))
    if os.fork() == 0:
        write_partition(str(target), DAY, "UTC", export, [Format.CSV])
        os._exit(0)
    _, status = os.wait()
    after = read_status(str(target), DAY, window, verify=True)
    complete = status == 0 and after.certificate is not None and after.certificate.unique_ids == export.table.num_rows
    return {
        "trusted": quick.state is PartitionState.COMPLETE,
        "verified": thorough.state is PartitionState.COMPLETE,
        "complete_after_rerun": complete and after.state is PartitionState.COMPLETE,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
