from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from dashmedia.sources import Original


@pytest.fixture
def picture():
    """Encodes a small picture with grain: `picture("JPEG", quality=80)`."""

    def encode(kind, size=(96, 64), **options):
        grain = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
        target = io.BytesIO()
        grain.save(target, kind, **options)
        return target.getvalue()

    return encode


@pytest.fixture
def original(tmp_path):
    """Writes bytes to a file and gives the original."""

    def write(data, name="look.jpg", **cells):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        return Original(uri=name, url=str(path), filename=name, **{"consent_evidence": "release.pdf", **cells})

    return write


@pytest.fixture
def boxes():
    """Lays out boxes of an ISO base media file: `boxes(("ftyp", b"isom"), ("moov", b""))`."""

    def lay(*parts):
        return b"".join((8 + len(body)).to_bytes(4, "big") + kind.encode() + body for kind, body in parts)

    return lay


@pytest.fixture
def mp4(boxes):
    return boxes(("ftyp", b"isom\0\0\2\0isomiso2mp41"), ("mdat", bytes(5_000)), ("moov", b"\0" * 100))
