from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dashmedia.dam.edits import Edit, Operation
from dashmedia.ingest.metadata_groups import waves_of


def edit(field, value):
    return Edit(Operation.REPLACE, field, (value,))


edits = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3).map(
    lambda values: tuple(edit(*one) for one in values.items())
)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), edits, max_size=20))
def test_each_asset_gets_each_of_its_edits_once_and_is_in_one_job_at_a_time(wanted):
    waves = waves_of(wanted)

    done = Counter((one, edit) for wave in waves for group in wave for one in group.ids for edit in group.edits)
    assert done == Counter((one, edit) for one, edits in wanted.items() for edit in edits)
    for wave in waves:
        ids = [one for group in wave for one in group.ids]
        assert len(ids) == len(set(ids))


def test_assets_that_change_alike_share_a_job():
    same = (edit("campaign", "Spring"), edit("creator", "Kim"))

    ((group,),) = waves_of({f"a-{number}": same for number in range(100)})

    assert (group.edits, len(group.ids)) == (same, 100)


def test_captions_of_their_own_take_a_job_each_and_no_more():
    wanted = {f"a-{n}": (edit("caption", str(n)), edit("campaign", "Spring")) for n in range(10)}

    assert [len(wave) for wave in waves_of(wanted)] == [10]


def test_fields_are_written_one_by_one_where_that_takes_fewer_jobs():
    wanted = {f"a-{n}": (edit("campaign", str(n % 4)), edit("creator", str(n // 4))) for n in range(16)}

    assert [len(wave) for wave in waves_of(wanted)] == [4, 4]


def test_nothing_to_write_is_no_job():
    assert waves_of({"a-1": ()}) == []
