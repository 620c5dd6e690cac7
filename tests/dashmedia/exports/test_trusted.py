from __future__ import annotations

import pandas as pd
import pytest
from support.publishing import FIRST, LAST, over_days, publish

from dashmedia.errors import DestinationError, IncompleteExportError, WindowError
from dashmedia.exports.encoding import Format
from dashmedia.exports.events import EVENT_SCHEMA, table_to_frame
from dashmedia.exports.partitions import read_partition
from dashmedia.exports.trusted import find_partitions, require_trusted
from dashmedia.exports.windows import day_window, find_zone


@pytest.fixture
def windows(tmp_path, service, spread):
    return publish(tmp_path, service(over_days(spread(300))), formats=list(Format))


def frame_of(partition):
    return pd.concat([table_to_frame(batch) for batch in partition.read()], ignore_index=True)


def test_trusted_days_are_found_oldest_first(tmp_path, windows):
    found = find_partitions(str(tmp_path), "UTC")

    assert list(found.windows.items()) == list(windows.items())
    assert found.left_out == {}


def test_days_of_another_zone_are_left_out(tmp_path, windows):
    found = find_partitions(str(tmp_path), "Europe/Berlin")

    assert found.windows == {}
    assert list(found.left_out) == list(windows)


def test_a_day_that_the_zone_skipped_is_left_out(tmp_path, service):
    (tmp_path / "events" / "date=2011-12-30").mkdir(parents=True)

    found = find_partitions(str(tmp_path), "Pacific/Apia")

    assert list(found.windows) == []
    assert "does not exist" in str(found.left_out)


def test_nothing_exported_yet_is_no_error(tmp_path):
    found = find_partitions(str(tmp_path / "nothing"), "UTC")

    assert found == ({}, {})


def test_what_is_no_day_is_passed_over(tmp_path, windows):
    (tmp_path / "events" / "date=tomorrow").mkdir()
    (tmp_path / "events" / "notes.txt").write_text("")

    assert list(find_partitions(str(tmp_path), "UTC").windows) == list(windows)


def test_changed_data_is_left_out_when_hashes_are_compared(tmp_path, windows):
    path = tmp_path / "events" / f"date={FIRST}" / "part.parquet"
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(data)

    found = find_partitions(str(tmp_path), "UTC", verify=True)

    assert list(found.left_out) == [FIRST]


def test_an_unknown_zone_and_a_refusing_destination_are_named(tmp_path):
    (tmp_path / "events").write_text("")

    with pytest.raises(WindowError, match="Atlantis"):
        find_partitions(str(tmp_path), "Atlantis")
    with pytest.raises(DestinationError, match="nosuch"):
        find_partitions("nosuch://bucket", "UTC")


@pytest.mark.parametrize("kind", list(Format))
def test_events_are_the_same_from_either_format(tmp_path, service, spread, kind):
    windows = publish(tmp_path, service(over_days(spread(300))), formats=list(Format))
    whole = read_partition(str(tmp_path), LAST, windows[LAST])
    publish(tmp_path, service(over_days(spread(300))), formats=[kind])

    partition = require_trusted(str(tmp_path), LAST, windows[LAST])

    assert partition.file_name == kind.file_name
    assert frame_of(partition).equals(whole)


def test_batches_have_the_schema_of_events(tmp_path, windows):
    batches = list(require_trusted(str(tmp_path), LAST, windows[LAST]).read())

    assert all(batch.schema.equals(EVENT_SCHEMA) for batch in batches)


@pytest.mark.parametrize("more", [b"", b"more"])
def test_data_exchanged_after_the_certificate_was_read_is_not_used(tmp_path, windows, more):
    partition = require_trusted(str(tmp_path), LAST, windows[LAST])
    path = tmp_path / "events" / f"date={LAST}" / "part.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:] + more)

    with pytest.raises(IncompleteExportError, match="not what was certified"):
        list(partition.read())


def test_a_day_without_a_partition_is_an_error(tmp_path, windows):
    day = FIRST.replace(day=1)

    with pytest.raises(IncompleteExportError, match="2026-11-01: nothing is there"):
        require_trusted(str(tmp_path), day, day_window(day, find_zone("UTC")))
