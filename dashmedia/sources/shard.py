"""A share of a source, for one of several runs that divide it among themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

from dashmedia.errors import SettingsError

if TYPE_CHECKING:
    from dashmedia.refusals import Refusal
    from dashmedia.sources.original import Original

#: Most shards of one run. Ours: each is a process that reads the whole list of the source.
SHARDS_MAX = 64

#: How a shard is written.
PATTERN = r"^[1-9][0-9]?/[1-9][0-9]?$"


@dataclass(frozen=True, slots=True)
class Shard:
    """`number` of `count`, from 1. Every item of a source is in exactly one of them, whatever the order it is read in."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2/4` is the second of four.

        Raises:
            SettingsError: it is written in another way, or there is no such shard.
        """
        if re.fullmatch(PATTERN, text):
            number, count = map(int, text.split("/"))
            if number <= count <= SHARDS_MAX:
                return cls(number, count)
        raise SettingsError(
            f"{text!r} is no shard. Expected number/count, such as 2/4 for the second of four, of {SHARDS_MAX} at most."
        )

    @classmethod
    def all(cls, count: int) -> list[Self]:
        """Every shard of so many."""
        return [cls(number, count) for number in range(1, count + 1)]

    def holds(self, item: Original | Refusal) -> bool:
        """Whether the item is in this shard, told from where it was found, never from its bytes.

        Rows of a manifest that name one file stay together, in their order.
        """
        # A name that is not UTF-8 cannot be encoded strictly. Python's own `hash` differs from process to process.
        key = (item.uri or f"row {item.row}").encode(errors="surrogatepass")
        return int.from_bytes(blake2b(key, digest_size=8).digest()) % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
