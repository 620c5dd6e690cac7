"""What is there before a run is not collected during it, and is again afterwards."""

import gc

from tasks.garbage import THRESHOLDS, imports_left_alone


def test_what_was_there_is_passed_over_during_the_block_and_not_afterwards():
    gc.collect()
    before = gc.get_freeze_count()

    with imports_left_alone():
        during = gc.get_freeze_count()

    assert during > before
    assert gc.get_freeze_count() == 0


def test_collections_are_rarer_during_the_block_and_as_before_afterwards():
    before = gc.get_threshold()

    with imports_left_alone():
        during = gc.get_threshold()

    assert during == THRESHOLDS > before == gc.get_threshold()


def test_of_two_runs_in_one_process_the_last_one_to_end_brings_it_back():
    before = gc.get_threshold()
    one, other = imports_left_alone(), imports_left_alone()

    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    between = gc.get_threshold()
    other.__exit__(None, None, None)

    assert (between, gc.get_threshold(), gc.get_freeze_count()) == (THRESHOLDS, before, 0)
