"""Part plans and the answers that change them: every byte once, within the service's bounds, and the same again after a stop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashmedia.dam.upload_reading import read_asset_upload
from dashmedia.errors import ContractError, TooManyPartsError
from dashmedia.limits import (
    DAM_ONE_PART_BYTES,
    DAM_PART_LESS_THAN_BYTES,
    DAM_PART_MORE_THAN_BYTES,
    DAM_PARTS_MAX,
    GIB,
)
from dashmedia.uploads.plan import PartPlan, asked_part_bytes, part_plan

SIZES = st.one_of(st.integers(1, 64 * 1024**2), st.integers(1, 60_000 * GIB))
PART_SIZES = st.none() | st.integers(DAM_PART_MORE_THAN_BYTES + 1, DAM_PART_LESS_THAN_BYTES - 1)


def answer_of(parts, tells_ranges=True):
    told = [{"partNumber": part.number, "url": "https://storage.example/1"} for part in parts]
    for one, part in zip(told, parts, strict=True):
        one.update({"startByte": part.start, "endByte": part.end - 1} if tells_ranges else {})
    return {"id": "u", "assetId": "a", "parts": told}


@given(SIZES, PART_SIZES)
def test_every_byte_is_in_one_part_and_every_part_within_the_bounds(size, part_bytes):
    try:
        plan = part_plan(size, part_bytes)
    except TooManyPartsError:
        assert size > (DAM_PART_LESS_THAN_BYTES - 1024**2 - 1) * DAM_PARTS_MAX
        return

    ends = plan.ends
    sizes = [end - start for start, end in zip((0, *ends), ends, strict=False)]
    assert ends[-1] == size == sum(sizes)
    assert 1 <= len(sizes) <= DAM_PARTS_MAX
    assert all(DAM_PART_MORE_THAN_BYTES < each < DAM_PART_LESS_THAN_BYTES for each in sizes[:-1])
    assert 0 < sizes[-1] <= (sizes[0] if len(sizes) > 1 else DAM_PART_LESS_THAN_BYTES)
    assert len(sizes) == 1 or size >= DAM_ONE_PART_BYTES


@given(st.integers(1, 400), st.integers(1, 50))
def test_a_plan_is_the_same_after_it_was_kept_and_after_the_service_told_it(size, each):
    plan = PartPlan.regular(size, each)

    upload = read_asset_upload(answer_of(plan.parts), endpoint="e", size=size, part_size=each)
    untold = read_asset_upload(answer_of(plan.parts, tells_ranges=False), endpoint="e", size=size, part_size=each)

    assert PartPlan.of_kept(size, plan.kept) == plan
    assert PartPlan.of_urls(upload.parts, size, endpoint="e", name="a") == plan
    assert untold.parts == upload.parts


@given(st.data())
def test_a_service_that_leaves_out_doubles_or_moves_bytes_is_refused(data):
    size = data.draw(st.integers(2, 60))
    told = data.draw(
        st.lists(st.tuples(st.integers(-1, 6), st.integers(-2, 62), st.integers(-2, 62)), max_size=5), label="parts"
    )
    answer = {
        "id": "u", "assetId": "a",
        "parts": [{"partNumber": n, "url": "https://storage.example/1", "startByte": a, "endByte": b} for n, a, b in told],
    }  # fmt: skip
    try:
        upload = read_asset_upload(answer, endpoint="e", size=size, part_size=None)
        plan = PartPlan.of_urls(upload.parts, size, endpoint="e", name="a")
    except ContractError:
        return

    covered = [byte for part in plan.parts for byte in range(part.start, part.end)]
    assert covered == list(range(size))
    assert sorted(told) == [(part.number, part.start, part.end - 1) for part in plan.parts]


@given(SIZES)
def test_what_is_asked_for_is_the_size_of_the_first_part_or_left_to_the_service(size):
    plan = part_plan(min(size, DAM_PARTS_MAX * 1024**3))

    assert asked_part_bytes(plan) in (None, plan.ends[0])


@pytest.mark.parametrize("parts", [[], None, "x", {}])
def test_an_upload_without_parts_covers_nothing(parts):
    with pytest.raises(ContractError):
        PartPlan.of_urls(
            read_asset_upload({"id": "u", "assetId": "a", "parts": parts}, endpoint="e", size=5, part_size=None).parts,
            5, endpoint="e", name="a",
        )  # fmt: skip
