"""How the originals of a source are put together for the steps, and what each of them came to."""

from itertools import islice
from types import SimpleNamespace

import pytest

from dashmedia.ingest.batch import BATCH_MAX, Batch, batch_sizes


def test_the_first_batches_are_as_asked_for_and_later_ones_four_times_as_large():
    assert list(islice(batch_sizes(100), 9)) == [100] * 2 + [400] * 7


def test_where_copies_lie_on_the_disk_until_a_batch_ends_all_are_as_asked_for():
    assert set(islice(batch_sizes(100, growth=1), 9)) == {100}


def test_a_batch_is_never_larger_than_the_form_takes():
    assert list(islice(batch_sizes(700), 6)) == [700] * 2 + [BATCH_MAX] * 4


def delivery(place, fate):
    return SimpleNamespace(fate=fate, checked=SimpleNamespace(original=SimpleNamespace(place=place)))


@pytest.mark.parametrize("fates", [("failed", "ready"), ("ready", "failed"), ("already_done", "ready", "failed")])
def test_of_several_destinations_the_worst_one_tells_and_each_original_counts_once(fates):
    batch = Batch(1, [])
    batch.deliveries = [delivery(("a.jpg", 1), fate) for fate in fates]
    batch.deliveries += [delivery(("a.jpg", 2), "ready"), delivery(("a.jpg", 2), "already_done")]

    assert list(batch.fates()) == ["failed", "ready"]
