from __future__ import annotations

import io

import pytest

from dashmedia.bodies import BLOCK_BYTES, WHOLE_MAX_BYTES, open_body
from dashmedia.errors import SourceChangedError

SMALL = b"0123456789"
LARGE = bytes(range(256)) * (WHOLE_MAX_BYTES // 256) + b"tail"


class Unsteady(io.RawIOBase):
    """Gives at most three bytes at a time, as an unbuffered file may."""

    def __init__(self, content):
        self._content = io.BytesIO(content)

    def read(self, size=-1):
        return self._content.read(min(size, 3))


class Broken(io.RawIOBase):
    def read(self, size=-1):
        raise OSError(5, "Input/output error")


def content(body, size, name="a.jpg"):
    with open_body(body, size=size, name=name) as found:
        return found if isinstance(found, bytes) else b"".join(found)


@pytest.mark.parametrize("body", [SMALL, b"", LARGE], ids=["small", "empty", "large"])
def test_all_bytes_come_from_bytes_and_from_a_file(body):
    assert content(body, len(body)) == body
    assert content(lambda: io.BytesIO(body), len(body)) == body


def test_a_small_body_is_one_piece_and_a_larger_one_comes_in_blocks():
    with open_body(SMALL, size=10, name="a.jpg") as small, open_body(LARGE, size=len(LARGE), name="a.jpg") as large:
        assert small is SMALL
        assert {len(block) for block in large} == {BLOCK_BYTES, 4}


def test_a_file_that_reads_short_is_read_on():
    assert content(lambda: Unsteady(SMALL), 10) == SMALL


@pytest.mark.parametrize("body", [SMALL, lambda: io.BytesIO(SMALL)], ids=["bytes", "file"])
@pytest.mark.parametrize(("size", "seen"), [(11, "now 10 bytes"), (9, "now more than 9 bytes")])
def test_a_small_body_of_another_size_is_refused(body, size, seen):
    with pytest.raises(SourceChangedError, match=f"a.jpg changed while it was read: {seen}, checked as {size} bytes"):
        content(body, size)


@pytest.mark.parametrize(("size", "seen"), [(len(LARGE) + 1, f"{len(LARGE)} bytes"), (len(LARGE) - 1, "more than")])
def test_a_large_body_of_another_size_is_refused_before_its_last_block(size, seen):
    sent = []

    with (
        pytest.raises(SourceChangedError, match=f"now {seen}"),
        open_body(lambda: io.BytesIO(LARGE), size=size, name="a.mp4") as blocks,
    ):
        sent.extend(len(block) for block in blocks)

    assert 0 < sum(sent) < size


def test_a_file_that_cannot_be_opened_or_read_is_an_error_of_this_item(tmp_path):
    with pytest.raises(SourceChangedError, match=r"now unreadable \(No such file or directory\)"):
        content((tmp_path / "gone").open, 10)
    with pytest.raises(SourceChangedError, match=r"now unreadable \(Input/output error\)"):
        content(Broken, 10)


def test_the_file_is_closed_whatever_happens():
    file = io.BytesIO(SMALL)

    with pytest.raises(SourceChangedError):
        content(lambda: file, 11)

    assert file.closed
