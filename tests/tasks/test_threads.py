"""Threads take short turns while a run lasts, and what was before comes back."""

import sys

from tasks.threads import TURN_S, quick_turns


def test_turns_are_short_inside_and_as_before_afterwards():
    before = sys.getswitchinterval()

    with quick_turns():
        inside = sys.getswitchinterval()

    assert (round(inside, 6), sys.getswitchinterval()) == (TURN_S, before)
