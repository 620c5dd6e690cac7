"""Waiting for something real, with a deadline that a busy machine keeps."""

import time

#: Seconds.
BUDGET_S = 240


def eventually(look):
    """What `look` finds, as soon as it is something."""
    give_up_at = time.monotonic() + BUDGET_S
    while not (found := look()):
        assert time.monotonic() < give_up_at, f"nothing came in {BUDGET_S} s"
        time.sleep(0.1)
    return found
