"""What a writer leaves beside its file, and who may remove it."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.running import ROOT

from dashmedia.exports import staging
from dashmedia.exports.stores import LocalFolder, open_store

WRITER = """
import sys, signal
from pathlib import Path
from dashmedia.exports.staging import open_beside
path, file = open_beside(Path(sys.argv[1]) / "part.parquet")
print(path, flush=True)
signal.pause()
"""


@pytest.fixture
def writer(tmp_path):
    """Another process that has a file staged, and the file."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield process, tmp_path / process.stdout.readline().strip()
    process.kill()
    process.communicate()


def test_what_a_killed_writer_staged_is_removed_by_the_next_one(tmp_path, writer):
    process, beside = writer
    process.send_signal(signal.SIGKILL)
    process.wait()

    with open_store(str(tmp_path)) as store:
        store.stage("part.csv", lambda sink: sink.write(b"a"))()

    assert not beside.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["part.csv"]


def test_what_a_living_writer_has_staged_stays(tmp_path, writer):
    _, beside = writer

    LocalFolder(tmp_path).sweep()

    assert beside.exists()


def test_what_this_process_has_staged_stays_until_it_is_put_in_its_place(tmp_path):
    folder, other = LocalFolder(tmp_path), LocalFolder(tmp_path)

    publish = folder.stage("part.parquet", lambda sink: sink.write(b"whole"))
    other.sweep()
    publish()
    folder.close()

    assert (tmp_path / "part.parquet").read_bytes() == b"whole"


@pytest.mark.parametrize("name", [".part.parquet.tmp", ".hidden", "part.parquet.0123456789ab.tmp", ".git.lock.tmp"])
def test_files_of_others_are_never_touched(tmp_path, name):
    (tmp_path / name).write_text("theirs")

    LocalFolder(tmp_path).sweep()

    assert (tmp_path / name).exists()


def test_a_folder_that_is_not_there_has_nothing_to_sweep(tmp_path):
    LocalFolder(tmp_path / "nowhere").sweep()

    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_was_swept_before_it_was_locked_is_made_anew(tmp_path, monkeypatch):
    lock, swept = staging.fcntl.flock, []

    def sweeping(file, how):
        if not swept:
            swept.append(file.name)
            Path(file.name).unlink()
        lock(file, how)

    monkeypatch.setattr(staging.fcntl, "flock", sweeping)
    beside, file = staging.open_beside(tmp_path / "part.csv")
    file.close()

    assert [str(path) for path in tmp_path.iterdir()] == [str(beside)]
    assert swept != [str(beside)]


def test_where_the_file_system_knows_no_locks_files_are_written_and_none_is_swept(tmp_path, monkeypatch):
    def refuse(file, how):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(staging.fcntl, "flock", refuse)
    beside, file = staging.open_beside(tmp_path / "part.csv")
    file.close()
    LocalFolder(tmp_path).sweep()

    assert beside.exists()
