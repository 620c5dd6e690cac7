from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import boto3
import fsspec
import pytest

from dashmedia.errors import SourceChangedError
from dashmedia.gate import Checked, GateRules, check, open_checked, stored
from dashmedia.gate.rules import Stamp
from dashmedia.gate.stored import look_at, open_stored
from dashmedia.refusals import RefusedError, Rule
from dashmedia.sources import Original, open_source
from sandbox.rclone import find_rclone

OWNED = GateRules(rights="owned")


def in_memory(path, data):
    fsspec.filesystem("memory").pipe(path, data)
    return Original(path, f"memory:/{path}", path.rpartition("/")[2])


def test_a_file_has_its_size_and_time(original):
    look = original(b"12345")
    os.utime(look.url, ns=(0, 1_790_000_000_123_456_789))

    assert str(look_at(look)) == "5 bytes, version 2026-09-21T14:13:20.123456789Z"


def test_a_missing_file_is_refused(original):
    with pytest.raises(RefusedError, match="No such file or directory") as caught:
        look_at(original(None))

    assert caught.value.rule is Rule.FILE_MISSING


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(RefusedError, match="it is a folder"):
        look_at(Original("a", str(tmp_path), "a"))


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")

    with pytest.raises(RefusedError, match="a pipe, socket or device") as caught:
        look_at(Original("a.jpg", str(tmp_path / "a.jpg"), "a.jpg"))

    assert caught.value.rule is Rule.FILE_UNREADABLE


@pytest.mark.parametrize(("path", "words"), [("/" + "a" * 300, "File name too long"), ("/a\0b", "embedded null")])
def test_a_path_that_no_file_can_have_is_refused(path, words):
    with pytest.raises(RefusedError, match=words):
        look_at(Original("a", path, "a"))


def test_a_remote_file_is_looked_at_and_opened():
    look = in_memory("/looks/stored-a.jpg", b"12345")

    stamp = look_at(look)

    assert stamp.size == 5
    with open_stored(look, 5) as stream:
        assert stream.read() == b"12345"


def test_a_large_remote_file_is_read_ahead(monkeypatch):
    monkeypatch.setattr(stored, "READ_ONCE_BYTES", 2)
    look = in_memory("/looks/stored-b.jpg", b"12345")

    with open_stored(look, 5) as stream:
        assert stream.read() == b"12345"


def test_a_remote_folder_is_no_file():
    in_memory("/looks/stored-c.jpg", b"x")

    with pytest.raises(RefusedError, match="it is a folder"):
        look_at(Original("looks", "memory://looks", "looks"))


def test_a_missing_remote_file_is_refused():
    with pytest.raises(RefusedError) as caught:
        look_at(Original("a", "memory://looks/gone.jpg", "a"))

    assert caught.value.rule is Rule.FILE_MISSING


@pytest.fixture(params=["local", "remote"])
def checked(request, original, picture):
    data = picture("JPEG")
    look = original(data) if request.param == "local" else in_memory("/looks/stored-d.jpg", data)
    return check(look, OWNED)


def rewrite(look, data):
    if look.is_local:
        Path(look.url).write_bytes(data)
        os.utime(look.url, ns=(0, 1_790_000_000_000_000_000))
    else:
        fsspec.filesystem("memory").pipe(look.url.removeprefix("memory:/"), data)


def test_what_was_checked_is_opened(checked):
    with open_checked(checked) as stream:
        assert len(stream.read()) == checked.size


def test_a_file_that_changed_since_the_check_is_told_with_both_values(checked):
    rewrite(checked.original, bytes(checked.size))

    with pytest.raises(SourceChangedError) as caught:
        open_checked(checked)

    assert str(caught.value).count(f"{checked.size:,} bytes, version ") == 2
    assert str(checked.stamp) in str(caught.value)


def test_a_file_that_is_gone_since_the_check_is_told(checked, tmp_path):
    gone = checked.original.url.replace("look", "gone")

    with pytest.raises(SourceChangedError, match=r"gone\.jpg changed"):
        open_checked(Checked(Original("gone.jpg", gone, "x"), "", "", 1, "image/jpeg", Stamp(1, "v")))


def test_a_public_original_is_not_opened(checked):
    public = Checked(Original("https://x/a.jpg?s=1", "https://x/a.jpg?s=1", "a.jpg"), "", "", 1, "image/jpeg", None)

    with pytest.raises(ValueError, match="public address") as caught:
        open_checked(public)

    assert "s=1" not in str(caught.value)


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A real S3 server with an empty bucket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    (tmp_path / "disk" / "looks").mkdir(parents=True)
    command = [
        find_rclone(),
        "serve",
        "s3",
        str(tmp_path / "disk"),
        "--addr",
        address,
        "--auth-key",
        "key,secret",
        "-q",
    ]
    server = subprocess.Popen(command)
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{address}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    wait_for(address)
    yield boto3.client("s3")
    server.terminate()
    server.wait()


def wait_for(address):
    host, port = address.split(":")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            continue
        return


def test_originals_on_a_real_s3_server_are_listed_checked_opened_and_seen_to_change(bucket, picture):
    bucket.put_object(Bucket="looks", Key="2026-09/a.jpg", Body=picture("JPEG"))
    bucket.put_object(Bucket="looks", Key="manifest.csv", Body=b"uri\n2026-09/a.jpg\n2026-09/gone.jpg\n../x.jpg\n")

    (listed,) = open_source("s3://looks", include=["*.jpg"])
    found, gone, outside = open_source("s3://looks/manifest.csv")
    checked = check(found, OWNED)
    with open_checked(checked) as stream:
        data = stream.read()
    bucket.put_object(Bucket="looks", Key="2026-09/a.jpg", Body=picture("JPEG", quality=20))

    assert listed.url == found.url == "s3://looks/2026-09/a.jpg"
    assert data == picture("JPEG")
    assert checked.stamp.version == checked.md5
    assert check(gone, OWNED).rule is Rule.FILE_MISSING
    assert outside.rule is Rule.OUTSIDE_FOLDER
    with pytest.raises(SourceChangedError):
        open_checked(checked)
