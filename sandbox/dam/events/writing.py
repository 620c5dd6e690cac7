"""Rows as JSON text, put together from pieces that were written once; `json.dumps` of a page takes several times as long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from sandbox.dam.events.columns import COLUMNS, event_ids, iso_texts
from sandbox.dam.moments import DAY_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sandbox.dam.events.columns import Events
    from sandbox.dam.variant import Variant

    #: One row an event; the texts of a row one after the other are its JSON and a comma.
    Cells = NDArray[np.object_]

#: Members of an event, by column; and the one that a reference by object is called.
MEMBERS = {
    "asset": ("assetId", "asset"),
    "file": ("assetFileId", "assetFile"),
    "user": ("userId", "user"),
    "user_type": ("userType", None),
    "portal": ("portalId", "portal"),
    "download_type": ("downloadType", None),
}
#: How far outside its window an event is put, in milliseconds.
FAR_MS = 400 * DAY_MS
#: Columns of the cells, around one for each column of events.
OPENS, BEFORE_ID, ID, AFTER_ID, FIRST = range(5)
BEFORE_DATE, DATE, AFTER_DATE, CLOSES = range(FIRST + len(COLUMNS), FIRST + len(COLUMNS) + 4)
#: What is missing with a flaw.
MISSING = {"without_id": slice(BEFORE_ID, FIRST), "without_date": slice(BEFORE_DATE, CLOSES)}


class RowWriter:
    """Writes rows in one variant.

    Args:
        key: of the ids.
        variant: names and shapes.
    """

    def __init__(self, key: int, variant: Variant) -> None:
        self.key = key
        self.variant = variant
        is_bare = variant.envelope == "bare"
        self._opens, self._closes = ("{", "},") if is_bare else ('{"result":{', '},"permittedActions":[]},')
        self._pieces = {name: np.empty(0, object) for name in COLUMNS}

    def rows(self, events: Events, places: NDArray[np.int64], flaw: str) -> str:
        """These events, with commas between, the middle one with a flaw."""
        middle, times = len(places) // 2, events.times[places]
        if flaw == "outside_window" and len(places):
            times[middle] += FAR_MS
        cells = np.empty((len(places), CLOSES + 1), object)
        cells[:, OPENS], cells[:, CLOSES] = self._opens, self._closes
        cells[:, ID], cells[:, DATE] = event_ids(events.numbers[places], self.key), iso_texts(times)
        cells[:, AFTER_ID], cells[:, AFTER_DATE] = '"', 'Z"'
        cells[:, BEFORE_ID] = f'"{self.variant.event_id}":"'
        cells[:, BEFORE_DATE] = f',"{self.variant.event_date}":"'
        for number, name in enumerate(COLUMNS):
            cells[:, FIRST + number] = self._texts(name, events)[events.column(name)[places]]
        if flaw in MISSING and len(places):
            _leave_out(cells[middle], MISSING[flaw])
        return "".join(cells.ravel().tolist())[:-1]

    def _texts(self, name: str, events: Events) -> Cells:
        """By code; `NOBODY`, -1, finds the last."""
        values = events.words[name].values
        if len(self._pieces[name]) != len(values) + 1:
            self._pieces[name] = np.array([self._piece(name, value) for value in [*values, None]], object)
        return self._pieces[name]

    def _piece(self, name: str, value: str | None) -> str:
        member, of_object = MEMBERS[name]
        style = self.variant.event_references
        if value is None:
            is_absent = self.variant.event_nulls == "absent"
            return "" if is_absent else f',"{of_object if of_object and style == "object" else member}":null'
        text = json.dumps(value)
        if of_object is None or style == "id":
            return f',"{member}":{text}'
        return f',"{of_object if style == "object" else member}":{{"id":{text}}}'


def _leave_out(cells: Cells, missing: slice) -> None:
    """Empty these cells of one row, and take the comma before what is the first member now."""
    cells[missing] = ""
    first = next(number for number in range(BEFORE_ID, CLOSES) if cells[number])
    cells[first] = cells[first].removeprefix(",")
