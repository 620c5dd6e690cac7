from __future__ import annotations

import hashlib
import os

import pytest
from support.delivering import checked, write_files

from dashmedia.bodies import BLOCK_BYTES
from dashmedia.errors import SourceChangedError
from dashmedia.gate import Checked
from dashmedia.gate.stored import look_at
from dashmedia.sources import Original
from dashmedia.uploads.plan import Part
from dashmedia.uploads.reading import PartBody, md5_of, open_ranges

SIZE = 2 * BLOCK_BYTES + 77


@pytest.fixture
def path(tmp_path):
    return write_files(tmp_path, SIZE)[0]


@pytest.mark.parametrize(("start", "end"), [(0, SIZE), (5, BLOCK_BYTES + 5), (SIZE - 1, SIZE), (BLOCK_BYTES, SIZE)])
def test_a_part_is_exactly_its_range_and_hashed_on_the_way(path, start, end):
    wanted = path.read_bytes()[start:end]

    with open_ranges(checked(path)) as ranges:
        body = PartBody(ranges, Part(1, start, end))
        sendings = [b"".join(bytes(block) for block in body.blocks()) for _ in range(2)]

    assert sendings == [wanted, wanted]
    assert body.md5 == hashlib.md5(wanted).hexdigest()


def test_an_original_in_another_storage_is_read_by_ranges_too(path):
    import fsspec  # noqa: PLC0415 - only here

    content = path.read_bytes()
    fsspec.filesystem("memory").pipe("/originals/a.bin", content)
    original = Original(uri="a.bin", url="memory://originals/a.bin", filename="a.bin")
    stored = Checked(
        original, "0" * 64, hashlib.md5(content).hexdigest(), SIZE, "application/octet-stream", look_at(original)
    )

    with open_ranges(stored) as ranges:
        sums = [md5_of(ranges, part) for part in (Part(2, 1_000, SIZE), Part(1, 0, 1_000))]
        ranges.require_unchanged()

    assert sums == [hashlib.md5(each).hexdigest() for each in (content[1_000:], content[:1_000])]


def test_a_file_that_shrinks_while_it_is_read_is_named_with_what_was_seen(path):
    with open_ranges(checked(path)) as ranges:
        blocks = PartBody(ranges, Part(1, 0, SIZE)).blocks()
        next(blocks)
        os.truncate(path, BLOCK_BYTES + 10)
        with pytest.raises(SourceChangedError, match=r"1-000\.bin changed while it was read: now 1,048,586 bytes"):
            list(blocks)


@pytest.mark.parametrize("change", ["grow", "touch", "remove"])
def test_a_file_that_is_another_one_at_the_end_is_noticed(path, change):
    before = checked(path)
    with open_ranges(before) as ranges:
        if change == "grow":
            path.write_bytes(path.read_bytes() + b"!")
        elif change == "touch":
            os.utime(path, ns=(1, 1))
        else:
            path.unlink()
        with pytest.raises(SourceChangedError, match=r"1-000\.bin changed"):
            ranges.require_unchanged()
