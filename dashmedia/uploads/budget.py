"""One bound for the bytes of originals that are in memory at once."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from dashmedia.bodies import BLOCK_BYTES
from dashmedia.gate.stored import REMOTE_BLOCK_BYTES
from dashmedia.limits import MIB, READ_ONCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dashmedia.gate import Checked

#: Unless told otherwise, in bytes. Eight files from an object storage at once need all of it, eight local ones 8 MiB.
BUDGET_BYTES = 128 * MIB


class PartBudget:
    """Shared by all files of all uploaders of a process; whoever would exceed it waits.

    A part is read, hashed and sent block by block, so its size costs nothing:

        bytes in memory = sum over files in flight of (parts of it in flight * BLOCK_BYTES + its read-ahead)
                       <= max(total_bytes, the largest single file's share)

    The read-ahead is 0 for a local file, the file itself for a remote one up to `READ_ONCE_BYTES` (16 MiB), and two blocks
    of `REMOTE_BLOCK_BYTES` (8 MiB) for a larger one.

    Args:
        total_bytes: the bound.
    """

    def __init__(self, total_bytes: int = BUDGET_BYTES) -> None:
        self.total_bytes = total_bytes
        self._used = 0
        self._changed = Condition()

    @contextmanager
    def hold(self, share_bytes: int) -> Iterator[None]:
        """Wait until there is room for so much, and keep it for the block. More than the whole budget is let in alone."""
        share = min(share_bytes, self.total_bytes)
        with self._changed:
            self._changed.wait_for(lambda: self._used + share <= self.total_bytes)
            self._used += share
        try:
            yield
        finally:
            with self._changed:
                self._used -= share
                self._changed.notify_all()


def share_of(checked: Checked, parts_at_once: int) -> int:
    """What one file in flight holds in memory, in bytes."""
    blocks = parts_at_once * BLOCK_BYTES
    if checked.original.is_local:
        return blocks
    return blocks + (checked.size if checked.size <= READ_ONCE_BYTES else 2 * REMOTE_BLOCK_BYTES)
