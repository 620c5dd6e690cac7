from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from dashmedia.errors import SettingsError
from dashmedia.sources import Shard, open_source


@pytest.fixture
def folder(tmp_path):
    for number in range(300):
        (tmp_path / f"look-{number:04}.jpg").write_bytes(b"x")
    return tmp_path


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64])
def test_every_original_is_in_exactly_one_shard(folder, count):
    whole = [each.uri for each in open_source(str(folder))]

    parts = [[each.uri for each in open_source(str(folder), shard=shard)] for shard in Shard.all(count)]

    assert Counter(uri for part in parts for uri in part) == Counter(whole)
    assert max(map(len, parts)) <= 300 / count + 6 * (300 / count) ** 0.5


def test_a_shard_keeps_the_order_of_the_source_and_is_the_same_every_time(folder):
    source = open_source(str(folder), shard=Shard(2, 3))

    assert list(source) == list(source) == sorted(source, key=lambda each: each.uri)


@pytest.mark.parametrize(("uri", "number"), [
    ("look-0001.jpg", 3), ("2026-10/store.png", 1), ("https://cdn.example/a.jpg", 4), ("été.mp4", 6),
])  # fmt: skip
def test_every_process_finds_an_original_in_the_same_shard(uri, number):
    original = SimpleNamespace(uri=uri, row=None)

    assert [shard.number for shard in Shard.all(7) if shard.holds(original)] == [number]


def test_rows_that_name_one_file_are_in_one_shard_and_refused_rows_in_exactly_one(manifest):
    rows = "uri,creator\n" + "a.jpg,one\n,nobody\nb.jpg,two\n,nobody\n" * 20

    parts = [manifest(rows, shard=shard) for shard in Shard.all(4)]

    assert sum(map(len, parts)) == 80
    assert sorted(sum(each.uri == "a.jpg" for each in part) for part in parts) == [0, 0, 0, 20]
    assert sorted(each.row for part in parts for each in part) == list(range(2, 82))


def test_the_limit_counts_before_the_source_is_shared_out(folder):
    wanted = [each.uri for each in open_source(str(folder), limit=50)]

    shared = [each.uri for shard in Shard.all(3) for each in open_source(str(folder), limit=50, shard=shard)]

    assert sorted(shared) == sorted(wanted)


def test_a_shard_of_a_small_source_may_be_empty(tmp_path):
    (tmp_path / "only.jpg").write_bytes(b"x")

    sizes = [len(list(open_source(str(tmp_path), shard=shard))) for shard in Shard.all(3)]

    assert sorted(sizes) == [0, 0, 1]


def test_the_progress_bar_of_a_shard_counts_its_part(folder):
    assert open_source(str(folder), shard=Shard(1, 4)).count() == 75
    assert open_source(str(folder), limit=10, shard=Shard(1, 4)).count() == 3


def test_a_name_that_is_no_unicode_has_a_shard():
    class Odd:
        uri, row = "\udcff \ud800.jpg", None

    assert sum(shard.holds(Odd) for shard in Shard.all(5)) == 1


def test_a_shard_is_written_as_number_and_count():
    assert Shard.parse("2/4") == Shard(2, 4)
    assert str(Shard(2, 4)) == "2/4"


@pytest.mark.parametrize("text", ["", "2", "0/4", "5/4", "2/65", "2 / 4", "-1/4", "two/four"])
def test_what_is_no_shard_is_refused_with_an_example(text):
    with pytest.raises(SettingsError, match=r"is no shard. Expected number/count, such as 2/4"):
        Shard.parse(text)
