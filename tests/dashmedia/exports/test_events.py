from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from dashmedia.exports.events import EVENT_DTYPES, Packer, table_to_frame
from dashmedia.exports.windows import TICK


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_frame_has_the_same_columns_and_dtypes_however_many_rows(event, midnight, count):
    packer = Packer()
    batch = packer.pack([event(n, midnight) for n in range(count)])

    frame = table_to_frame(packer.join([batch]))

    assert len(frame) == count
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == EVENT_DTYPES


def test_what_the_service_leaves_out_is_missing_in_the_frame(event, midnight):
    packer = Packer()
    batch = packer.pack([event(1, midnight), event(3, midnight, user_id=None)])

    frame = table_to_frame(packer.join([batch]))

    assert frame["portal_id"].tolist() == [pd.NA, "portal-3"]
    assert frame["user_id"].isna().tolist() == [False, True]


def test_batches_packed_by_many_threads_keep_their_values(event, midnight):
    packer = Packer()
    groups = [[event(n * 50 + k, midnight + n * TICK) for k in range(50)] for n in range(80)]

    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(packer.pack, groups))

    rows = packer.join(batches).to_pylist()
    assert rows == [each._asdict() for group in groups for each in group]
