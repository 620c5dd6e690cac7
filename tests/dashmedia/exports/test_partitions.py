from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest

from dashmedia.errors import DestinationError, IncompleteExportError
from dashmedia.exports.encoding import Format
from dashmedia.exports.events import table_to_frame
from dashmedia.exports.fetch import Export, export_window
from dashmedia.exports.pages import ExportRules
from dashmedia.exports.partitions import PartitionState, partition_url, read_partition, read_status, write_partition
from dashmedia.exports.stores import LocalFolder
from dashmedia.exports.windows import Window
from sandbox.rclone import Rclone
from sandbox.settings import remembered_keys

DAY = date(2026, 11, 20)
BOTH = (Format.PARQUET, Format.CSV)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def whole(midnight):
    return Window(midnight, midnight + timedelta(days=1))


@pytest.fixture(scope="session")
def export(service, spread, whole):
    def make(events, page_rows=100, **behaviour):
        rules = ExportRules(page_rows=page_rows)
        events = spread(events) if isinstance(events, int) else events
        return export_window(service(events, **behaviour), whole, rules, now=lambda: datetime(2026, 11, 22, tzinfo=UTC))

    return make


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "events" / "date=2026-11-20"


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """A bucket `dash` on a real S3 server; its environment is what fsspec's S3 reads."""
    served = tmp_path_factory.mktemp("s3")
    (served / "dash").mkdir()
    keys = remembered_keys(tmp_path_factory.mktemp("keys"))
    rclone = Rclone.start(served, keys, host="127.0.0.1", port=0, log=tmp_path_factory.mktemp("log") / "rclone.log")
    options = {"key": keys.access_key_id, "secret": keys.secret_access_key, "endpoint_url": rclone.url}
    before = dict(fsspec.config.conf)
    fsspec.config.conf["s3"] = options
    yield "s3://dash/exports"
    fsspec.config.conf.clear()
    fsspec.config.conf.update(before)
    rclone.stop()


@pytest.fixture(params=["folder", "memory", "s3"])
def destination(request, tmp_path):
    if request.param == "s3":
        return f"{request.getfixturevalue('s3')}/{tmp_path.name}"
    return str(tmp_path) if request.param == "folder" else f"memory://{tmp_path.name}"


def test_a_partition_is_complete_wherever_it_is_written(destination, export, whole):
    exported = export(950)

    certificate = write_partition(destination, DAY, "UTC", exported, BOTH)

    status = read_status(destination, DAY, whole, verify=True)
    assert status.state is PartitionState.COMPLETE
    assert status.certificate == certificate
    assert set(certificate.files) == {"part.parquet", "part.csv"}
    assert read_partition(destination, DAY, whole).equals(table_to_frame(exported.table))


def test_nothing_there_is_missing(destination, whole):
    assert read_status(destination, DAY, whole).state is PartitionState.MISSING


def test_data_without_a_certificate_is_not_trusted(destination, export, whole):
    write_partition(destination, DAY, "UTC", export(10))
    file_system, path = fsspec.url_to_fs(partition_url(destination, DAY))
    file_system.rm_file(f"{path}/certificate.json")

    status = read_status(destination, DAY, whole)

    assert (status.state, status.reason) == (PartitionState.SHORT, "part.parquet without a certificate")
    with pytest.raises(IncompleteExportError, match="without a certificate"):
        read_partition(destination, DAY, whole)


def test_the_same_window_twice_gives_the_same_bytes(tmp_path, export):
    for n, behaviour in enumerate(
        [{"page_rows": 100}, {"page_rows": 37}, {"order": "shuffled"}, {"shuffle_ties": True}]
    ):
        write_partition(str(tmp_path / str(n)), DAY, "UTC", export(800, **behaviour), BOTH)

    for kind in BOTH:
        assert len({path.read_bytes() for path in tmp_path.rglob(kind.file_name)}) == 1


def test_data_that_is_there_already_stays_untouched(tmp_path, folder, export, whole):
    write_partition(str(tmp_path), DAY, "UTC", export(50))
    before = (folder / "part.parquet").stat()

    write_partition(str(tmp_path), DAY, "UTC", export(50))

    after = (folder / "part.parquet").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert read_status(str(tmp_path), DAY, whole, verify=True).state is PartitionState.COMPLETE


def test_a_format_no_longer_asked_for_is_removed(tmp_path, folder, export):
    write_partition(str(tmp_path), DAY, "UTC", export(50), BOTH)

    write_partition(str(tmp_path), DAY, "UTC", export(50), [Format.PARQUET])

    assert sorted(path.name for path in folder.iterdir()) == ["certificate.json", "part.parquet"]


def change_a_byte(folder):
    data = bytearray((folder / "part.parquet").read_bytes())
    data[100] ^= 1
    (folder / "part.parquet").write_bytes(data)


def cut_short(folder):
    (folder / "part.parquet").write_bytes((folder / "part.parquet").read_bytes()[:-1])


def lose_the_data(folder):
    (folder / "part.parquet").unlink()


def half_a_certificate(folder):
    (folder / "certificate.json").write_bytes((folder / "certificate.json").read_bytes()[:200])


def a_smaller_number(folder):
    text = (folder / "certificate.json").read_text()
    (folder / "certificate.json").write_text(text.replace('"server_total": 50', '"server_total": 51'))


def no_file_certified(folder):
    told = json.loads((folder / "certificate.json").read_text())
    (folder / "certificate.json").write_text(json.dumps(told | {"files": {}}))


@pytest.mark.parametrize(
    "harm", [no_file_certified, change_a_byte, cut_short, lose_the_data, half_a_certificate, a_smaller_number]
)
def test_a_partition_that_was_harmed_is_short(tmp_path, folder, export, whole, harm):
    write_partition(str(tmp_path), DAY, "UTC", export(50))

    harm(folder)

    status = read_status(str(tmp_path), DAY, whole, verify=True)
    assert status.state is PartitionState.SHORT
    assert status.reason


def test_a_partition_of_another_zones_day_is_short(tmp_path, export, whole):
    write_partition(str(tmp_path), DAY, "UTC", export(50))
    elsewhere = Window(whole.start - timedelta(hours=1), whole.end - timedelta(hours=1))

    assert read_status(str(tmp_path), DAY, elsewhere).state is PartitionState.SHORT


def test_a_table_that_is_not_the_proven_one_is_not_written(tmp_path, folder, export):
    exported = export(50)

    with pytest.raises(IncompleteExportError, match="rows to write 49"):
        write_partition(str(tmp_path), DAY, "UTC", Export(exported.table.slice(1), exported.certificate))

    assert not folder.exists()


def test_numbers_that_disagree_are_never_published(tmp_path, folder, export):
    exported = export(50)
    doubtful = exported.certificate.model_copy(update={"server_total": 51})

    with pytest.raises(IncompleteExportError, match="server total 51"):
        write_partition(str(tmp_path), DAY, "UTC", Export(exported.table, doubtful))

    assert not folder.exists()


@pytest.mark.parametrize("before", ["nothing", "another"])
def test_a_writer_killed_at_any_point_leaves_no_half_partition_that_is_trusted(tmp_path, export, spread, before):
    """The writer dies before its first file operation, then before its second, and so on until it lives."""
    for name, kind in (("old", "USER"), ("new", "API_")):  # files of one size, so that only a hash tells them apart
        events = [each._replace(user_type=kind) for each in spread(50)]
        exported = export(events)
        write_partition(str(tmp_path / name), DAY, "UTC", exported, [Format.CSV])
    (tmp_path / "new.json").write_text(exported.certificate.model_dump_json())
    pq.write_table(exported.table, tmp_path / "new.parquet")

    told = subprocess.run(
        [sys.executable, Path(__file__).with_name("dying_writer.py"), tmp_path, before],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    deaths = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(deaths) >= 7
    assert all(death["trusted"] == death["verified"] for death in deaths)
    assert any(not death["trusted"] for death in deaths)
    assert all(death["complete_after_rerun"] for death in deaths)


@pytest.mark.parametrize("kind", ["a_file", "no_backend", "no_bucket"])
def test_a_destination_that_refuses_is_named_and_nothing_is_left(tmp_path, export, request, kind):
    (tmp_path / "file").write_text("")
    destination = {
        "a_file": str(tmp_path / "file"),
        "no_backend": "nosuch://bucket",
        "no_bucket": "s3://nowhere/exports",
    }[kind]
    if kind == "no_bucket":
        request.getfixturevalue("s3")

    with pytest.raises(DestinationError, match="could not be written or read"):
        write_partition(destination, DAY, "UTC", export(50))

    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    folder = LocalFolder(tmp_path)

    def write(sink):
        sink.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        folder.stage("part.parquet", write)
    folder.close()

    assert list(tmp_path.iterdir()) == []
