"""What each original of a batch came to."""

from types import SimpleNamespace

import pytest

from dashmedia.ingest.batch import Batch


def delivery(place, fate):
    return SimpleNamespace(fate=fate, checked=SimpleNamespace(original=SimpleNamespace(place=place)))


@pytest.mark.parametrize("fates", [("failed", "ready"), ("ready", "failed"), ("already_done", "ready", "failed")])
def test_of_several_destinations_the_worst_one_tells_and_each_original_counts_once(fates):
    batch = Batch(1, [])
    batch.deliveries = [delivery(("a.jpg", 1), fate) for fate in fates]
    batch.deliveries += [delivery(("a.jpg", 2), "ready"), delivery(("a.jpg", 2), "already_done")]

    assert list(batch.fates()) == ["failed", "ready"]
