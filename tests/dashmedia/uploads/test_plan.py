from __future__ import annotations

import pytest

from dashmedia.dam.upload_reading import PartUrl
from dashmedia.errors import ContractError, SettingsError, TooManyPartsError
from dashmedia.limits import GIB, MIB
from dashmedia.uploads.plan import PartPlan, asked_part_bytes, part_plan

FIVE = 5 * MIB


def url(number, start, end):
    return PartUrl(number, "https://storage.example/part", start, end)


@pytest.mark.parametrize("size", [1, FIVE - 1, FIVE, FIVE + 1, 8 * MIB - 1, 8 * MIB, 16 * MIB, 16 * MIB + 1, 512 * MIB])
def test_parts_cover_the_file_once_and_only_the_last_is_smaller(size):
    parts = part_plan(size).parts

    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == size
    assert len({part.size for part in parts[:-1]}) <= 1


@pytest.mark.parametrize(
    ("size", "parts", "asked"),
    [
        (FIVE - 1, 1, None), (FIVE, 1, None), (FIVE + 1, 1, None), (8 * MIB - 1, 1, None), (8 * MIB, 1, 8 * MIB),
        (16 * MIB, 1, 16 * MIB), (16 * MIB + 1, 2, 16 * MIB), (512 * MIB, 32, 16 * MIB),
    ],
)  # fmt: skip
def test_below_8_mib_the_service_chooses_and_no_part_is_larger_than_its_file(size, parts, asked):
    plan = part_plan(size)

    assert (len(plan.parts), asked_part_bytes(plan)) == (parts, asked)


def test_a_wanted_size_is_kept_until_ten_thousand_parts_are_not_enough():
    assert len(part_plan(60 * MIB, 6 * MIB).parts) == 10
    assert len(part_plan(160_000 * MIB).parts) == 10_000
    assert part_plan(160_000 * MIB + 1).part_bytes == 17 * MIB


@pytest.mark.parametrize("part_bytes", [FIVE, 5 * GIB])
def test_a_part_size_that_the_service_refuses_is_refused_here_with_the_bounds(part_bytes):
    with pytest.raises(SettingsError, match="expected more than 5,242,880 and fewer than 5,368,709,120"):
        part_plan(100 * MIB, part_bytes)


def test_a_file_that_no_upload_can_hold_is_refused():
    with pytest.raises(TooManyPartsError, match="at most 10,000 parts"):
        part_plan(10_000 * 5 * GIB)


@pytest.mark.parametrize("ends", [(10,), (4, 8, 10), (4, 8), (3, 7, 10)])
def test_a_plan_that_was_kept_is_the_same_again(ends):
    plan = PartPlan(ends[-1], ends)

    assert PartPlan.of_kept(plan.size, plan.kept) == plan


def test_the_services_ranges_win_over_ours():
    plan = PartPlan.of_urls([url(1, 0, 2), url(2, 3, 9)], 10, endpoint="POST x", name="a.mp4")

    assert [(part.start, part.end) for part in plan.parts] == [(0, 3), (3, 10)]
    assert plan.part_bytes is None


@pytest.mark.parametrize(
    "urls",
    [[], [url(1, 0, 8)], [url(2, 0, 9)], [url(1, 0, 4), url(2, 6, 9)], [url(1, 0, 5), url(2, 5, 9)], [url(1, 0, 4), url(3, 5, 9)]],
    ids=["none", "too short", "second alone", "gap", "overlap", "number left out"],
)  # fmt: skip
def test_parts_that_do_not_make_the_file_are_refused_without_their_urls(urls):
    with pytest.raises(ContractError, match="parts from 1 on that cover 10 bytes once") as refused:
        PartPlan.of_urls(urls, 10, endpoint="POST x", name="a.mp4")

    assert "storage.example" not in str(refused.value)
