"""What is there before a run is not collected during it, and is again afterwards."""

import gc

from tasks.garbage import imports_left_alone


def test_what_was_there_is_passed_over_during_the_block_and_not_afterwards():
    gc.collect()
    before = gc.get_freeze_count()

    with imports_left_alone():
        during = gc.get_freeze_count()

    assert during > before
    assert gc.get_freeze_count() == 0
