"""An option by the names from the root down, where a name may hold a slash itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashmedia.dam.models import FolderPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.dam.models import FieldOption
    from dashmedia.dam.schema.option_tree import OptionTree


def names_of(text: str) -> tuple[str, ...]:
    """A path in pieces between slashes; one slash at each end is none of the names."""
    return tuple(text.removeprefix("/").removesuffix("/").split("/"))


@dataclass
class PathSearch:
    """Which options a path may mean.

    Attributes:
        tree: of the options.
        field_id: whose options.
        may_join: whether a name may be made of several pieces, because it holds a slash.
        found: in the end, every option that it may mean.
        reached: the names there are, as far as they were found, and the pieces that are left then; the longest.
    """

    tree: OptionTree
    field_id: str
    may_join: bool = True
    found: list[FieldOption] = field(default_factory=list)
    reached: tuple[FieldOption | None, tuple[str, ...]] = (None, ())

    def look(self, pieces: Sequence[str]) -> PathSearch:
        """Walk down, asking only for the levels on the way."""
        self.reached = None, tuple(pieces)
        self._descend(None, tuple(pieces))
        return self

    def _descend(self, parent: FieldOption | None, pieces: tuple[str, ...]) -> None:
        if len(pieces) < len(self.reached[1]):
            self.reached = parent, pieces
        for taken in range(1, (len(pieces) if self.may_join else 1) + 1):
            for option in self.tree.named(self.field_id, parent, "/".join(pieces[:taken])):
                if taken == len(pieces):
                    self.found.append(option)
                else:
                    self._descend(option, pieces[taken:])

    def why_not(self) -> str:
        """What is there instead of the path, and the nearest name."""
        parent, pieces = self.reached
        wanted = "/".join(pieces)
        where = f"beneath “{parent.path}” is" if parent else "at the top is"
        if parent and parent.leaf is True:
            return f"“{parent.path}” is there, and nothing is beneath it."
        return f"{where} no “{wanted}”. {self.tree.level(self.field_id, parent).options.advice(wanted, pieces[0])}"


def search_path(tree: OptionTree, field_id: str, path: str | FolderPath, *, is_tree: bool) -> PathSearch:
    """Look for the path; of a field whose options are no tree, the text is the name as it stands."""
    if isinstance(path, FolderPath):
        return PathSearch(tree, field_id, may_join=False).look(path.names)
    return PathSearch(tree, field_id).look(names_of(path) if is_tree else (path,))
