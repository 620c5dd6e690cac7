import pytest

from sandbox.dam.jobs.job_type import ItemRefusedError
from sandbox.dam.uploads import plan

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("size", "asked", "expected"),
    [
        (1, None, [1]),
        (5 * MIB - 1, 6 * MIB, [5 * MIB - 1]),
        (5 * MIB, None, [5 * MIB]),
        (15_000_000, 7_000_000, [7_000_000, 7_000_000, 1_000_000]),
        (14_000_000, 7_000_000, [7_000_000, 7_000_000]),
        (15_000_000, 5 * MIB + 1, [5 * MIB + 1, 5 * MIB + 1, 15_000_000 - 2 * (5 * MIB + 1)]),
        (40 * MIB, None, [16 * MIB, 16 * MIB, 8 * MIB]),
        (5 * 1024 * MIB + 1, 5 * 1024 * MIB - 1, [5 * 1024 * MIB - 1, 2]),
    ],
)
def test_a_file_is_cut_as_asked_or_as_the_server_likes(size, asked, expected):
    parts = plan.parts(size, plan.part_bytes(size, asked))

    assert [part.size for part in parts] == expected
    assert [part.number for part in parts] == list(range(1, len(expected) + 1))
    assert (parts[0].start, parts[-1].end) == (0, size - 1)


def test_the_server_chooses_larger_parts_rather_than_too_many():
    each = plan.part_bytes(1024 * 1024 * MIB, None)

    assert len(plan.parts(1024 * 1024 * MIB, each)) == 10_000


@pytest.mark.parametrize(
    ("size", "asked", "message"),
    [
        (0, None, "size is 0; a file has at least 1 byte."),
        (8 * MIB, 5 * MIB, "partSize is 5242880; it has to be above"),
        (8 * MIB, 5 * 1024 * MIB, "and below 5368709120."),
        (60 * 1024 * MIB, 6 * MIB, "make more than 10000 of"),
        (60_000 * 1024 * MIB, None, "too much for 10000 parts"),
    ],
)
def test_sizes_beyond_the_rules_are_refused(size, asked, message):
    with pytest.raises(ItemRefusedError, match=message):
        plan.part_bytes(size, asked)


def test_the_variant_cuts_against_all_rules():
    assert plan.part_bytes(2500, None, ruled=1000) == 1000
