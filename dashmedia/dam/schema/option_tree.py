"""Options of fields, level by level: only the branches that somebody asks for are read, each once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashmedia.dam import wire
from dashmedia.dam.criteria import And, Criterion, Equals, IsEmpty
from dashmedia.dam.field_refs import Plain
from dashmedia.dam.lookup import THREADS, fetch_each
from dashmedia.dam.pages import read_whole
from dashmedia.dam.schema.naming import NameIndex
from dashmedia.dam.searches import Sort
from dashmedia.limits import DAM_OPTION_CAP_ROWS, DAM_OPTION_PAGE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dashmedia.dam.client import DashClient
    from dashmedia.dam.models import FieldOption, Page


@dataclass(frozen=True, slots=True)
class Level:
    """Options side by side. `is_whole` is false when there are more than paging reaches: then they are only some."""

    options: NameIndex[FieldOption]
    is_whole: bool


class OptionTree:
    """Options of every field, for any number of threads.

    Args:
        client: the service.
        page_rows: options on one page, 1 or more.
        cap: how far paging reaches, in rows.
    """

    def __init__(
        self, client: DashClient, page_rows: int = DAM_OPTION_PAGE_ROWS, cap: int = DAM_OPTION_CAP_ROWS
    ) -> None:
        self._client, self._page_rows, self._cap = client, min(page_rows, cap), cap
        self._levels: dict[tuple[str, str | None], Level] = {}
        self._options: dict[str, FieldOption | None] = {}
        self._lock = threading.RLock()

    def level(self, field_id: str, parent: FieldOption | None) -> Level:
        """The options directly beneath `parent`, or the uppermost ones of the field.

        Raises:
            TransientError: the service gives fewer than it counts.
        """
        key = field_id, parent.id if parent else None
        with self._lock:
            if key not in self._levels:
                self._levels[key] = self._read(field_id, parent)
            return self._levels[key]

    def named(self, field_id: str, parent: FieldOption | None, name: str) -> Sequence[FieldOption]:
        """Options of that name directly beneath `parent`; of a level beyond the reach of paging, exactly of that name."""
        if parent is not None and parent.leaf is True:
            return ()
        level = self.level(field_id, parent)
        if level.is_whole:
            return level.options.find(name)
        found = self._search(_beneath(field_id, parent) & Equals(Plain(wire.OPTION_VALUE), name), 0, self._page_rows)
        return [self._kept(one, parent) for one in found.records]

    def options(self, ids: Iterable[str], threads: int = THREADS) -> dict[str, FieldOption | None]:
        """Each option with the whole branch above it; None for an id that leads to nothing."""
        wanted = {one for one in ids if one}
        with self._lock:
            new = wanted - self._options.keys()
            found = fetch_each(self._client.field_option, new, threads)
            for option in found.values():
                for one in option.branch if option else ():
                    self._options.setdefault(one.id, one)
            self._options.update(found)
            return {one: self._options[one] for one in wanted}

    def forget(self) -> None:
        """Read everything anew from now on: somebody may have made options meanwhile."""
        with self._lock:
            self._levels.clear()
            self._options.clear()

    def _read(self, field_id: str, parent: FieldOption | None) -> Level:
        beneath = _beneath(field_id, parent)
        first = self._search(beneath, 0, self._page_rows)
        is_whole = first.total <= self._cap
        rows = self._rest(beneath, first) if is_whole else first.records
        return Level(NameIndex((one.value, self._kept(one, parent)) for one in rows), is_whole)

    def _rest(self, beneath: Criterion, first: Page[FieldOption]) -> Sequence[FieldOption]:
        pages = [first]

        def ask(start: int, size: int) -> Page[FieldOption]:
            """The page that is there already, once; then the service."""
            return pages.pop() if pages else self._search(beneath, start, size)

        return read_whole(ask, endpoint=wire.FIELD_OPTION_SEARCH, page_rows=self._page_rows, cap=DAM_OPTION_CAP_ROWS)

    def _kept(self, option: FieldOption, parent: FieldOption | None) -> FieldOption:
        """With the branch that was walked to it: searches do not reliably give it."""
        whole = option.model_copy(update={"parent": parent})
        self._options[option.id] = whole
        return whole

    def _search(self, criterion: Criterion, start: int, size: int) -> Page[FieldOption]:
        return self._client.search_field_options(criterion, start, size, [Sort(Plain(wire.OPTION_POSITION))])


def _beneath(field_id: str, parent: FieldOption | None) -> And:
    above = Plain(wire.OPTION_PARENT_ID)
    return Equals(Plain(wire.OPTION_FIELD_ID), field_id) & (Equals(above, parent.id) if parent else IsEmpty(above))
