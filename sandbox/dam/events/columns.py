"""All download events as columns, in order of time: a million take 40 MB, and a range of time is found in microseconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

#: What an event says beside its time, in the order of its rows in `codes`.
COLUMNS = ("asset", "file", "user", "user_type", "portal", "download_type")
#: The code of no value.
NOBODY = -1

HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
#: A UUID of version 4, with a dot for each digit that is free.
UUID = np.frombuffer(b"........-....-4...-a...-............", np.uint8)
FREE = np.flatnonzero(np.frombuffer(b".", np.uint8) == UUID)


class Words:
    """The values of a column, each with a code from 0 up, in order of their first appearance."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def find(self, value: str) -> int | None:
        """The code of a value; None when no event has it."""
        return self._codes.get(value)

    def codes(self, values: Iterable[str | None]) -> NDArray[np.int32]:
        """Codes of values, new ones included."""
        return np.fromiter((NOBODY if value is None else self._code(value) for value in values), np.int32)

    def _code(self, value: str) -> int:
        code = self._codes.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code


class Batch(NamedTuple):
    """New events, in any order.

    Attributes:
        times: milliseconds since 1970 UTC.
        parts: by column, its values and which of them each event has, `NOBODY` for none.
    """

    times: NDArray[np.int64]
    parts: dict[str, tuple[Sequence[str], NDArray[np.int32]]]


@dataclass
class Events:
    """Events by time, those of one time in the order in which they were added.

    Attributes:
        times: milliseconds since 1970 UTC, rising.
        numbers: from 0 in the order of adding; an event's id is made of it.
        codes: one row a column, by `COLUMNS`.
        words: what the codes mean.
    """

    times: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    codes: NDArray[np.int32] = field(default_factory=lambda: np.empty((len(COLUMNS), 0), np.int32))
    words: dict[str, Words] = field(default_factory=lambda: {name: Words() for name in COLUMNS})

    def __len__(self) -> int:
        return len(self.times)

    def column(self, name: str) -> NDArray[np.int32]:
        """Codes of one column."""
        return self.codes[COLUMNS.index(name)]

    def add(self, batches: Sequence[Batch]) -> None:
        """Put new events in their places; within a batch they are numbered in order of time."""
        if not batches:
            return
        orders = [np.argsort(batch.times, kind="stable") for batch in batches]
        times = np.concatenate([batch.times[order] for batch, order in zip(batches, orders, strict=True)])
        codes = np.hstack([self._coded(batch)[:, order] for batch, order in zip(batches, orders, strict=True)])
        numbers = np.arange(len(self), len(self) + len(times))
        order = np.argsort(times, kind="stable")
        places = np.searchsorted(self.times, times[order], side="right")
        self.times = np.insert(self.times, places, times[order])
        self.numbers = np.insert(self.numbers, places, numbers[order])
        self.codes = np.insert(self.codes, places, codes[:, order], axis=1)

    def _coded(self, batch: Batch) -> NDArray[np.int32]:
        return np.stack([self._column(name, *batch.parts[name]) for name in COLUMNS])

    def _column(self, name: str, values: Sequence[str], local: NDArray[np.int32]) -> NDArray[np.int32]:
        table = np.append(self.words[name].codes(values), np.int32(NOBODY))  # NOBODY, -1, finds the last
        return table[local]


def mixed(numbers: NDArray[np.int64], key: int) -> NDArray[np.uint64]:
    """Numbers that look drawn, different for different ones: the finalizer of SplitMix64 (Steele and others, 2014)."""
    mix = numbers.astype(np.uint64) + np.uint64(key % 2**64)
    mix = (mix ^ (mix >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mix = (mix ^ (mix >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mix ^ (mix >> np.uint64(31))


def event_ids(numbers: NDArray[np.int64], key: int) -> list[str]:
    """UUIDs of events. The whole mixed number is in their first digits, so no two are equal."""
    drawn = np.stack([mixed(numbers, key), mixed(numbers, key + 0x9E3779B97F4A7C15)], axis=1)
    octets = drawn.astype(">u8").view(np.uint8)
    digits = HEX[np.stack([octets >> 4, octets & 15], axis=2).reshape(len(numbers), 32)]
    texts = np.tile(UUID, (len(numbers), 1))
    texts[:, FREE] = digits[:, : len(FREE)]
    whole, width = texts.tobytes().decode("ascii"), len(UUID)
    return [whole[at : at + width] for at in range(0, len(whole), width)]


def iso_texts(times: NDArray[np.int64]) -> list[str]:
    """Times as the DAM writes them, but for the `Z`."""
    texts: list[str] = times.astype("M8[ms]").astype(str).tolist()
    return texts
