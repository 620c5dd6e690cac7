"""What a set-up does to one Prefect server: each thing is looked at first, and touched only where it differs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prefect.client.orchestration import SyncPrefectClient


class Fate(StrEnum):
    """What became of a thing."""

    MADE = "made"
    CHANGED = "changed"
    KEPT = "as it was"
    LEFT_OUT = "left out"


#: How the same is said of a dry run.
WOULD = {Fate.MADE: "to be made", Fate.CHANGED: "to be changed"}


@dataclass(frozen=True)
class Change:
    """One thing on the server, and what became of it. `note` never holds a secret."""

    fate: Fate
    kind: str
    name: str
    note: str = ""

    def line(self, *, dry_run: bool = False) -> str:
        """The same, for people."""
        word = WOULD.get(self.fate, self.fate) if dry_run else self.fate
        return f"{word:<14}{self.kind:<18}{self.name:<38} {self.note}".rstrip()


@dataclass(frozen=True)
class Site:
    """A Prefect server that is being set up.

    Attributes:
        client: the way to it.
        env: where addresses, limits and secrets come from.
        dry_run: nothing is written.
        take_refresh_token: the refresh token of the environment replaces a newer one in the block.
    """

    client: SyncPrefectClient
    env: Mapping[str, str]
    dry_run: bool = False
    take_refresh_token: bool = False

    def settle(
        self, kind: str, name: str, *, seen: Mapping[str, Any] | None, wanted: Mapping[str, Any],
        write: Callable[[], object], note: str = "",
    ) -> Change:  # fmt: skip
        """Write only what is not there, or differs.

        Args:
            kind: what people call such things.
            name: which one.
            seen: its members as the server has them; None when it has no such thing. It may have more than are wanted.
            wanted: its members as they are to be.
            write: makes or changes it; not called in a dry run.
            note: told in any case; the names, not the values, of members that differ are put before it.
        """
        differing = [] if seen is None else [member for member in wanted if seen.get(member) != wanted[member]]
        fate = Fate.MADE if seen is None else Fate.CHANGED if differing else Fate.KEPT
        if fate is not Fate.KEPT and not self.dry_run:
            write()
        told = f"differed in {', '.join(differing)}" if differing else ""
        return Change(fate, kind, name, "; ".join(filter(None, (told, note))))
