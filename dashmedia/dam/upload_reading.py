"""Asset uploads, read at the edge: where each part of a file is to be sent. Messages never hold a URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dashmedia.credentials import is_uploadable
from dashmedia.dam import wire
from dashmedia.dam.envelope import reference, required_text, resource
from dashmedia.errors import ContractError
from dashmedia.members import as_count, as_object, as_text, describe

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PartUrl:
    """Where one part goes.

    Attributes:
        number: from 1.
        url: signed, as good as a key; hidden in `repr`.
        start: first byte.
        end: last byte, inclusive; `start - 1` for the one part of an empty file.
    """

    number: int
    url: str = field(repr=False)
    start: int
    end: int

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.end - self.start + 1


@dataclass(frozen=True, slots=True)
class AssetUpload:
    """An upload that the service waits for.

    Attributes:
        parts: by number; only those whose URLs were asked for, so they need not cover the file.
    """

    id: str
    asset_id: str
    parts: tuple[PartUrl, ...]


def read_asset_upload(
    value: Any, *, endpoint: str, size: int, part_size: int | None, asset_id: str | None = None
) -> AssetUpload:
    """One upload, enveloped or bare. The service's own ranges win over ours.

    Args:
        value: JSON of the upload, or of the answer that holds it.
        endpoint: the call, for messages.
        size: of the file, in bytes.
        part_size: what was asked for, in bytes; a range that is not told follows from it. None: one part.
        asset_id: whose upload it is, when the value does not tell.

    Raises:
        ContractError: no id, no asset, a part without number, URL or range, or one that is not within the file.
    """
    record, where = resource(endpoint, value)
    parts = [
        _part(endpoint, part, f"{where}{wire.PARTS[0]}[{at}].", size, part_size)
        for at, part in enumerate(_listed(endpoint, record, where))
    ]
    parts.sort(key=lambda part: part.number)
    for one, following in pairwise(parts):
        if one.number == following.number:
            raise ContractError(endpoint, f"{where}{wire.PARTS[0]}", f"part {one.number} twice", "each part once")
    return AssetUpload(
        id=_first_text(endpoint, record, wire.UPLOAD_ID, where),
        asset_id=_asset_id(record) or asset_id or required_text(endpoint, record, wire.ASSET_REFERENCE[0], where),
        parts=tuple(parts),
    )


def _listed(endpoint: str, record: dict[str, Any], where: str) -> list[Any]:
    found = next((parts for name in wire.PARTS if isinstance(parts := record.get(name), list)), None)
    if not isinstance(found, list):
        raise ContractError(endpoint, f"{where}{wire.PARTS[0]}", describe(record), "a list of parts")
    return found


def _asset_id(record: dict[str, Any]) -> str | None:
    return next((found for name in wire.ASSET_REFERENCE if (found := reference(record.get(name)))), None)


def _part(endpoint: str, value: Any, where: str, size: int, part_size: int | None) -> PartUrl:
    record = as_object(value)
    number = as_count(record.get(wire.PART_NUMBER))
    if not number:
        raise ContractError(endpoint, f"{where}{wire.PART_NUMBER}", describe(value), "a number from 1")
    url = _first_text(endpoint, record, wire.PART_URL, where)
    if not is_uploadable(url):
        raise ContractError(endpoint, f"{where}{wire.PART_URL[0]}", describe(url), "an https URL")
    start, end = _told_range(endpoint, record, where) or _own_range(endpoint, number, where, size, part_size)
    if size == 0:
        return PartUrl(number, url, 0, -1)
    if not start <= end < size:
        expected = f"a range within the {size:,} bytes of the file"
        raise ContractError(endpoint, f"{where}{wire.PART_END}", f"bytes {start:,} to {end:,}", expected)
    return PartUrl(number, url, start, end)


def _told_range(endpoint: str, record: dict[str, Any], where: str) -> tuple[int, int] | None:
    """First and last byte; None when neither is told."""
    inner = as_object(record.get(wire.PART_RANGE))
    told = [
        record.get(wire.PART_START, inner.get(wire.RANGE_START)),
        record.get(wire.PART_END, inner.get(wire.RANGE_END)),
    ]
    if told == [None, None]:
        return None
    start, end = (as_count(one) for one in told)
    if start is None or end is None:
        # An empty file has no last byte, and -1 says so.
        if start == 0 and told[1] == -1:
            return 0, -1
        raise ContractError(endpoint, f"{where}{wire.PART_START}", describe(record), "first and last byte, or neither")
    return start, end


def _own_range(endpoint: str, number: int, where: str, size: int, part_size: int | None) -> tuple[int, int]:
    if part_size is None and number > 1:
        expected = "a range: no part size was asked for, so it does not follow from the number"
        raise ContractError(endpoint, f"{where}{wire.PART_START}", f"part {number} without one", expected)
    each = part_size or size
    start = (number - 1) * each
    return start, min(size, start + each) - 1


def _first_text(endpoint: str, record: dict[str, Any], names: Sequence[str], where: str) -> str:
    found = next((text for name in names if (text := as_text(record.get(name)))), None)
    return found or required_text(endpoint, record, names[0], where)
