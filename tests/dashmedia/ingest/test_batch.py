"""How the originals of a source are put together for the steps."""

from itertools import islice

from dashmedia.ingest.batch import BATCH_MAX, batch_sizes


def test_the_first_batches_are_as_asked_for_and_later_ones_grow_up_to_four_times():
    assert list(islice(batch_sizes(100), 12)) == [100] * 4 + [200] * 4 + [400] * 4


def test_a_batch_never_grows_beyond_that():
    assert max(islice(batch_sizes(7), 500)) == 28


def test_a_batch_never_grows_beyond_what_the_form_takes():
    assert list(islice(batch_sizes(700), 6)) == [700] * 4 + [BATCH_MAX] * 2
