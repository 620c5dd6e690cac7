"""How a file is cut into parts. What we ask for is a wish: the ranges that the service answers with win."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from dashmedia.errors import ContractError, SettingsError, TooManyPartsError
from dashmedia.limits import (
    DAM_ONE_PART_BYTES,
    DAM_PART_BYTES,
    DAM_PART_LESS_THAN_BYTES,
    DAM_PART_MORE_THAN_BYTES,
    DAM_PART_SIZE_SENT_BYTES,
    DAM_PARTS_MAX,
    MIB,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashmedia.dam.upload_reading import PartUrl


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `[start, end)` of a file; `number` counts from 1."""

    number: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class PartPlan:
    """All parts of one file, without gap or overlap.

    Attributes:
        size: of the file, in bytes, 1 or more.
        ends: where each part ends, exclusive, in bytes from the beginning; rising, the last one is `size`.
    """

    size: int
    ends: tuple[int, ...]

    @classmethod
    def regular(cls, size: int, part_bytes: int) -> Self:
        """Parts of `part_bytes`, the last one as large as what is left."""
        return cls(size, (*range(part_bytes, size, part_bytes), size))

    @classmethod
    def of_urls(cls, urls: Sequence[PartUrl], size: int, *, endpoint: str, name: str) -> Self:
        """What the service wants, from the URLs of all parts in the order of their numbers.

        Raises:
            ContractError: they are not numbered from 1 on, or leave a gap, overlap, or do not end with the file.
        """
        plan = cls(size, tuple(url.end + 1 for url in urls))
        told = [(url.number, url.start, url.end + 1) for url in urls]
        if told != [(part.number, part.start, part.end) for part in plan.parts] or plan.ends[-1:] != (size,):
            seen = f"{len(urls)} of {name}, ending with byte {urls[-1].end if urls else '-'}"
            raise ContractError(endpoint, "parts", seen, f"parts from 1 on that cover {size:,} bytes once")
        return plan

    @classmethod
    def of_kept(cls, size: int, kept: list[int] | int) -> Self:
        """The plan that was `kept`."""
        return cls.regular(size, kept) if isinstance(kept, int) else cls(size, tuple(kept))

    @property
    def kept(self) -> list[int] | int:
        """The shortest that tells the plan: the size of all parts but the last, or else where each of them ends."""
        return self.part_bytes or list(self.ends)

    @property
    def part_bytes(self) -> int | None:
        """The size of every part but the last; None when they differ."""
        first = self.ends[0]
        return first if self.ends == type(self).regular(self.size, first).ends else None

    @property
    def parts(self) -> list[Part]:
        """In order."""
        starts = (0, *self.ends)[: len(self.ends)]
        return [Part(number, start, end) for number, (start, end) in enumerate(zip(starts, self.ends, strict=True), 1)]


def part_plan(size: int, part_bytes: int | None = None) -> PartPlan:
    """How we would cut a file; parts grow where `DAM_PARTS_MAX` of the wanted size are not enough.

    Args:
        size: of the file, in bytes, 1 or more.
        part_bytes: wanted size, in bytes; None for `DAM_PART_BYTES`.

    Raises:
        SettingsError: `part_bytes` is outside the service's bounds.
        TooManyPartsError: no allowed size is enough.
    """
    each = check_part_bytes(DAM_PART_BYTES if part_bytes is None else part_bytes)
    if size < DAM_ONE_PART_BYTES:
        return PartPlan.regular(size, size)
    least = -(-size // DAM_PARTS_MAX)
    if least > each:
        each = -(-least // MIB) * MIB
    if each >= DAM_PART_LESS_THAN_BYTES:
        raise TooManyPartsError(
            f"A file of {size:,} bytes cannot be uploaded: an upload has at most {DAM_PARTS_MAX:,} parts, each smaller "
            f"than {DAM_PART_LESS_THAN_BYTES:,} bytes. Cut the file, or bring it there in another way."
        )
    return PartPlan.regular(size, min(each, size))


def asked_part_bytes(plan: PartPlan) -> int | None:
    """The part size that is sent; None below `DAM_PART_SIZE_SENT_BYTES`, where the service chooses."""
    return None if plan.size < DAM_PART_SIZE_SENT_BYTES else plan.ends[0]


def check_part_bytes(part_bytes: int) -> int:
    """The same number.

    Raises:
        SettingsError: the service takes no parts of this size.
    """
    if not DAM_PART_MORE_THAN_BYTES < part_bytes < DAM_PART_LESS_THAN_BYTES:
        raise SettingsError(
            f"Parts of {part_bytes:,} bytes are not possible; expected more than {DAM_PART_MORE_THAN_BYTES:,} and fewer "
            f"than {DAM_PART_LESS_THAN_BYTES:,} bytes."
        )
    return part_bytes
