"""A leaf: a piece of the window that was read whole, as compact columns, with its place in the certificate's tree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashmedia.exports.certificate import SubWindow
from dashmedia.exports.events import order_of
from dashmedia.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dashmedia.exports.events import Packer
    from dashmedia.exports.search import DownloadEvent


@dataclass(frozen=True, slots=True)
class Leaf:
    """The events of a piece of time, sorted, each once."""

    node: SubWindow
    batch: pa.RecordBatch

    @property
    def window(self) -> Window:
        """Its time."""
        return self.node.window


def make_leaf(
    packer: Packer, window: Window, events: Iterable[DownloadEvent], parts: tuple[SubWindow, ...] = ()
) -> Leaf:
    """Those of the events that lie in the window, once each, in the export's order."""
    start, end = window.start, window.end
    inside = {event.event_id: event for event in events if start <= event.downloaded_at < end}
    ordered = sorted(inside.values(), key=order_of)
    return Leaf(SubWindow(start=window.start, end=window.end, rows=len(ordered), parts=parts), packer.pack(ordered))


def make_tree(window: Window, leaves: Sequence[Leaf]) -> SubWindow:
    """The root over leaves in order; a single leaf is its own root."""
    if len(leaves) == 1:
        return leaves[0].node
    nodes = tuple(leaf.node for leaf in leaves)
    return SubWindow(start=window.start, end=window.end, rows=sum(node.rows for node in nodes), parts=nodes)


def replace_leaves(leaves: Iterable[Leaf], spans: Sequence[Window], fresh: Iterable[Leaf]) -> list[Leaf]:
    """The leaves with those inside `spans` exchanged for `fresh` ones, in order of time."""
    kept = [leaf for leaf in leaves if not any(leaf.window.overlaps(span) for span in spans)]
    return sorted([*kept, *fresh], key=lambda leaf: leaf.window)


def spans_of(leaves: Sequence[Leaf], moved: Sequence[Window]) -> list[Window]:
    """Whole leaves that what moved overlaps or touches, neighbours joined; all leaves where it meets none.

    Touching counts, because a range that is sent may reach a tick into the bucket beside the window.
    """
    touched = [leaf.window for leaf in leaves if any(leaf.window.meets(one) for one in moved)]
    touched = touched or [leaf.window for leaf in leaves]
    firsts = [right for left, right in pairwise([None, *touched]) if right and (not left or left.end != right.start)]
    lasts = [left for left, right in pairwise([*touched, None]) if left and (not right or left.end != right.start)]
    return [Window(first.start, last.end) for first, last in zip(firsts, lasts, strict=True)]


def count_different_ids(leaves: Sequence[Leaf]) -> int:
    """Different event ids over all leaves: fewer than rows when the service gave one event two dates."""
    ids = [leaf.batch.column("event_id") for leaf in leaves]
    # As many hashes as rows prove that all differ, with a tenth of the memory of comparing the ids themselves.
    hashes = np.concatenate([np.fromiter(map(hash, some.to_pylist()), np.int64, len(some)) for some in ids])
    hashes.sort()
    if np.all(hashes[1:] != hashes[:-1]):
        return len(hashes)
    return int(pc.count_distinct(pa.chunked_array(ids, pa.string())).as_py())
