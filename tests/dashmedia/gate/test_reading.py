from __future__ import annotations

import hashlib
import io

import pytest

from dashmedia.gate import GateRules, reading
from dashmedia.gate.reading import inspect
from dashmedia.limits import READ_ONCE_BYTES
from dashmedia.refusals import RefusedError, Rule

RULES = GateRules(accept=frozenset({"image/jpeg", "image/heic", "video/mp4", "video/webm"}))


@pytest.fixture(params=["once", "in blocks"])
def manner(request, monkeypatch):
    """Small files are read once, large ones in blocks; both must say the same."""
    if request.param == "in blocks":
        monkeypatch.setattr(reading, "READ_ONCE_BYTES", 0)
        monkeypatch.setattr(reading, "BLOCK_BYTES", 1_000)


def read(data, name="look.jpg", size=None):
    return inspect(io.BytesIO(data), len(data) if size is None else size, name, RULES)


@pytest.mark.usefixtures("manner")
def test_an_image_is_described_by_its_bytes(picture):
    data = picture("JPEG")

    found = read(data)

    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.md5 == hashlib.md5(data).hexdigest()
    assert (found.size, found.content_type) == (len(data), "image/jpeg")


@pytest.mark.usefixtures("manner")
def test_a_video_is_described_by_its_bytes(mp4):
    found = read(mp4, "clip.mp4")

    assert (found.sha256, found.content_type) == (hashlib.sha256(mp4).hexdigest(), "video/mp4")


@pytest.mark.usefixtures("manner")
@pytest.mark.parametrize("missing", [1, 50, 3_000])
def test_a_video_that_was_cut_off_is_refused(mp4, missing):
    with pytest.raises(RefusedError) as caught:
        read(mp4[:-missing], "clip.mp4")

    assert caught.value.rule is Rule.DOES_NOT_DECODE


@pytest.mark.usefixtures("manner")
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_file_with_other_bytes_than_were_looked_at_is_still_being_written(mp4, difference):
    with pytest.raises(RefusedError) as caught:
        read(mp4, "clip.mp4", size=len(mp4) + difference)

    assert caught.value.rule is Rule.STILL_BEING_WRITTEN


class Asked(io.BytesIO):
    """Keeps how much was asked for at once."""

    def __init__(self, data):
        super().__init__(data)
        self.sizes = []

    def read(self, size=-1):
        self.sizes.append(len(self.getvalue()) if size is None or size < 0 else size)
        return super().read(size)


def test_a_large_file_is_never_in_memory_as_a_whole(boxes):
    large = boxes(("ftyp", b"isom\0\0\2\0isomiso2mp41"), ("mdat", bytes(READ_ONCE_BYTES)), ("moov", b"\0" * 100))
    stream = Asked(large)

    inspect(stream, len(large), "clip.mp4", RULES)

    assert max(stream.sizes) == reading.BLOCK_BYTES < READ_ONCE_BYTES


def test_an_image_without_a_decoder_is_followed_by_its_boxes(boxes):
    whole = boxes(("ftyp", b"heic\0\0\0\0mif1heic"), ("meta", b"x" * 50), ("mdat", b"x" * 500))

    assert read(whole, "look.heic").content_type == "image/heic"
    with pytest.raises(RefusedError, match="its boxes end at"):
        read(whole[:-1], "look.heic")


def test_an_accepted_type_that_nobody_can_prove_passes_on_its_bytes():
    webm = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(100)

    assert read(webm, "clip.webm").content_type == "video/webm"


def test_a_still_image_of_absurd_size_is_not_decoded(picture, monkeypatch):
    data = picture("JPEG")
    monkeypatch.setattr(reading, "MAX_IMAGE_BYTES", len(data) - 1)

    with pytest.raises(RefusedError, match="a still image of") as caught:
        read(data)

    assert caught.value.rule is Rule.TOO_LARGE
