"""Whole runs to destinations that fill up or may not be written; those to an object store are in `tests/flows`."""

import os
import resource
import subprocess
from multiprocessing import get_context

import pytest
from support.exporting import days_of, export, held, seed, settings_of, truth

from dashmedia.errors import DestinationError
from dashmedia.exports.partitions import PartitionState, read_status

KIB = 1024


@pytest.fixture
def dash(sandbox):
    seed(sandbox, count=6_000)
    return settings_of(sandbox)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, too small for six days of events."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be made here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def states(out):
    return [read_status(str(out), day.date, day.window, verify=True) for day in days_of(out)]


def in_a_process(run, *args):
    """Run it in a fork, so that what it may not do is forbidden to nobody else; what it says in the end."""
    context = get_context("fork")
    said, tell = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(tell, run, args))
    process.start()
    tell.close()
    words = said.recv()
    process.join()
    return words


def _tell(tell, run, args):
    try:
        run(*args)
        tell.send("done")
    except DestinationError as error:
        tell.send(str(error))


def test_a_disk_that_fills_up_leaves_whole_days_and_the_next_run_the_rest(dash, sandbox, small_disk):
    with pytest.raises(DestinationError, match="No space left on device"):
        export(dash, small_disk, mode="missing")
    on_the_full_disk = states(small_disk)
    hidden = list(small_disk.rglob(".*"))
    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)

    report = export(dash, small_disk, mode="missing")

    assert {one.state for one in on_the_full_disk} == {PartitionState.COMPLETE, PartitionState.MISSING}
    assert hidden == []
    assert report.is_complete
    assert report.kept == sum(one.state is PartitionState.COMPLETE for one in on_the_full_disk)
    assert held(small_disk) == truth(sandbox)


def test_a_file_that_may_grow_no_further_is_not_left_in_halves(dash, sandbox, tmp_path):
    out = tmp_path / "out"

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (KIB, KIB))
        export(dash, out)

    said = in_a_process(limited)

    assert "File too large" in said
    assert {one.state for one in states(out)} == {PartitionState.MISSING}
    assert [path for path in out.rglob("*") if path.is_file()] == []
    assert export(dash, out, mode="missing").is_complete
    assert held(out) == truth(sandbox)


def test_a_folder_that_may_not_be_written_is_named_before_the_first_request(dash, sandbox, tmp_path):
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    sandbox.forget("requests")

    def unprivileged():
        if os.geteuid() == 0:
            os.chdir("/")
            os.seteuid(65534)
        export(dash, folder)

    for parent in [folder, *folder.parents][:-1]:
        if parent.stat().st_uid == os.geteuid() and parent != folder:
            parent.chmod(parent.stat().st_mode | 0o055)
    said = in_a_process(unprivileged)

    assert "Permission denied" in said
    assert str(folder) in said
    assert sandbox.ask("requests") == {}
