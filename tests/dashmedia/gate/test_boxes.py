from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.gate import boxes as boxes_module
from dashmedia.gate.boxes import BoxWalk
from dashmedia.refusals import RefusedError, Rule


def walk(data, step=None, index="moov"):
    walking = BoxWalk()
    for at in range(0, len(data), step or max(len(data), 1)):
        walking.feed(data[at : at + (step or len(data))])
    walking.finish(index)


def box(kind, body):
    return (8 + len(body)).to_bytes(4, "big") + kind + body


WHOLE = box(b"ftyp", b"isom\0\0\2\0") + box(b"mdat", bytes(300)) + box(b"moov", bytes(40))
LONG = (1).to_bytes(4, "big") + b"mdat" + (116).to_bytes(8, "big") + bytes(100)
TO_END = box(b"moov", b"") + (0).to_bytes(4, "big") + b"mdat" + bytes(99)


@pytest.mark.parametrize("data", [WHOLE, box(b"moov", b"") + LONG, TO_END])
@pytest.mark.parametrize("step", [1, 3, 7, 16, 100, None])
def test_a_whole_file_passes_however_it_is_fed(data, step):
    walk(data, step)


@given(cut=st.integers(0, len(WHOLE) - 1), step=st.integers(1, 400))
def test_a_file_cut_anywhere_is_refused(cut, step):
    with pytest.raises(RefusedError) as caught:
        walk(WHOLE[:cut], step)

    assert caught.value.rule is Rule.DOES_NOT_DECODE


def test_both_ends_are_told():
    with pytest.raises(RefusedError, match="its boxes end at byte 372, the file ends at byte 100"):
        walk(box(b"moov", bytes(40)) + box(b"mdat", bytes(316))[:52])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (WHOLE + b"x", "its boxes end at byte inside a box"),
        (WHOLE + bytes(9), "no box can begin at byte 372 with 00 00 00 00 00 00 00 00"),
        ((4).to_bytes(4, "big") + b"moov", "no box can begin at byte 0"),
        ((1).to_bytes(4, "big") + b"moov" + (8).to_bytes(8, "big"), "no box can begin at byte 0"),
        (box(b"ftyp", b"isom") + box(b"mdat", b"x"), "no moov box, only ftyp, mdat"),
        (b"", "no moov box, only none"),
    ],
)
def test_what_is_wrong_is_told(data, words):
    with pytest.raises(RefusedError, match=words):
        walk(data)


def test_a_file_of_nothing_but_tiny_boxes_does_not_keep_us_busy(monkeypatch):
    monkeypatch.setattr(boxes_module, "_MOST_BOXES", 10)

    with pytest.raises(RefusedError, match="no box can begin at byte 80"):
        walk(box(b"free", b"") * 20)
