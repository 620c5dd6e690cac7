"""How a file is cut into parts, section 6.2 of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.dam.jobs.job_type import ItemRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIB = 1024 * 1024
#: Smaller files have one part; and a part size has to be above this. Contract, section 6.2
LEAST_BYTES = 5 * MIB
#: Larger files have several parts; and a part size has to be below this. Contract, section 6.2
MOST_BYTES = 5 * 1024 * MIB
#: Parts an object can have. Amazon S3, "Multipart upload limits"
MOST_PARTS = 10_000
#: Part size when none is asked for; the vendor's is not known.
USUAL_BYTES = 16 * MIB


class Part(NamedTuple):
    """Bytes `[start, end]` of the file; numbers begin at 1."""

    number: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start + 1


def part_bytes(size: int, asked: int | None, ruled: int | None = None) -> int:
    """Bytes of every part but the last one.

    Args:
        size: of the file, bytes.
        asked: by the client, None for the server's own choice.
        ruled: by the variant, against all rules.

    Raises:
        ItemRefusedError: the file or its parts break a rule.
    """
    if size < 1:
        raise ItemRefusedError(f"size is {size}; a file has at least 1 byte.")
    if asked is not None and not LEAST_BYTES < asked < MOST_BYTES:
        raise ItemRefusedError(f"partSize is {asked}; it has to be above {LEAST_BYTES} and below {MOST_BYTES}.")
    chosen = ruled or (size if size < LEAST_BYTES else asked or max(USUAL_BYTES, -(-size // MOST_PARTS)))
    if chosen >= MOST_BYTES:
        raise ItemRefusedError(f"size is {size}; that is too much for {MOST_PARTS} parts below {MOST_BYTES} bytes.")
    if -(-size // chosen) > MOST_PARTS:
        raise ItemRefusedError(f"Parts of {chosen} bytes make more than {MOST_PARTS} of {size} bytes.")
    return min(chosen, size)


def parts(size: int, each: int) -> list[Part]:
    """All parts of a file, in order."""
    starts = range(0, size, each)
    return [Part(number, start, min(start + each, size) - 1) for number, start in enumerate(starts, start=1)]


def chosen(parts: Sequence[Part], numbers: Iterable[int]) -> list[Part]:
    """The parts of these numbers, in the order of the numbers.

    Raises:
        ItemRefusedError: there is no such part.
    """
    wanted = list(numbers)
    if wanted and max(wanted) > len(parts):
        raise ItemRefusedError(f"There is no part {max(wanted)}: the upload has {len(parts)}.")
    return [parts[number - 1] for number in wanted]
