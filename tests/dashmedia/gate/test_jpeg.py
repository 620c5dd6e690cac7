"""The short way through a JPEG says what the long one says, of whole and of damaged files."""

import io
import random

import pytest
from PIL import Image

from dashmedia.gate.images import require_decodes
from dashmedia.gate.jpeg import baseline_of
from dashmedia.refusals import RefusedError

#: How the same picture may be written.
FORMS = {
    "plain": {},
    "without subsampling": {"subsampling": 0},
    "with a thumbnail's worth of EXIF": {"exif": b"Exif\0\0" + bytes(5000)},
    "with restarts": {"restart_marker_rows": 1},
    "progressive": {"progressive": True},
}
#: Damaged copies of each; each tells its seed when it fails.
COPIES = 250


class Unseen(io.BufferedReader):
    """The same bytes, but not in memory as far as the gate can see: they go the long way."""


def picture(mode="RGB", **form):
    noise = random.Random(7).randbytes(96 * 72 * len(mode))
    file = io.BytesIO()
    Image.frombytes(mode, (96, 72), noise).save(file, "JPEG", quality=60, **form)
    return file.getvalue()


def verdict(stream):
    try:
        require_decodes(stream, "image/jpeg", max_pixels=20_000)
    except RefusedError as refused:
        return refused.rule
    return None


def damaged(data, draw):
    """Cut, overwritten, zeroed, with a marker in the middle, or with bytes missing or doubled; or two of these."""
    at, length = draw.randrange(2, len(data)), draw.choice((1, 1, 2, 30))
    return draw.choice(
        (
            data[:at],
            data[:at] + draw.randbytes(length) + data[at + length :],
            data[:at] + bytes(length) + data[at + length :],
            data[:at] + bytes((0xFF, draw.randrange(256))) + data[at:],
            data[:at] + data[at + length :],
            data[:at] + data[at : at + length] + data[at:],
            data[:at] + b"\xff\xd9",
        )
    )


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("form", FORMS)
def test_both_ways_refuse_the_same_damage(form, mode):
    whole = picture(mode, **FORMS[form])

    for seed in range(COPIES):
        draw = random.Random(f"{form} {mode} {seed}")
        copy = damaged(whole, draw) if seed % 2 else damaged(damaged(whole, draw), draw)

        assert verdict(io.BytesIO(copy)) == verdict(Unseen(io.BytesIO(copy))), seed


@pytest.mark.parametrize("form", [form for form in FORMS if form != "progressive"])
def test_an_ordinary_file_goes_the_short_way(form):
    found = baseline_of(picture(**FORMS[form]))

    assert found is not None
    assert (found.width, found.height) == (96, 72)
    with Image.open(io.BytesIO(found.sample)) as sample:
        assert sample.height in (8, 16)


def test_a_progressive_file_goes_the_long_way():
    assert baseline_of(picture(progressive=True)) is None


def test_pixels_are_counted_before_anything_is_decoded():
    with pytest.raises(RefusedError, match="6,912 pixels, at most 100"):
        require_decodes(io.BytesIO(picture()), "image/jpeg", max_pixels=100)
