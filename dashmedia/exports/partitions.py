"""Partitions on disk or in a bucket: `events/date=YYYY-MM-DD/part.parquet`, `part.csv` and `certificate.json`.

The certificate comes last and goes first: there is none while data is being exchanged. Readers trust nothing else, so
whenever a process dies, a partition is complete, or it is visibly not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from pydantic import ValidationError

from dashmedia.errors import IncompleteExportError, clip
from dashmedia.exports.certificate import Certificate
from dashmedia.exports.encoding import WRITER, Format, encode
from dashmedia.exports.events import EVENT_SCHEMA, table_to_frame
from dashmedia.exports.stores import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from typing import IO

    import pandas as pd
    import pyarrow as pa

    from dashmedia.exports.certificate import FileProof
    from dashmedia.exports.fetch import Export
    from dashmedia.exports.stores import Store
    from dashmedia.exports.windows import Window

CERTIFICATE = "certificate.json"


class PartitionState(StrEnum):
    """What a partition is worth to a reader."""

    COMPLETE = "complete"  # a certificate that agrees with itself, with the window and with the files
    SHORT = "short"  # something is there that must not be trusted
    MISSING = "missing"  # nothing is there


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """The state of one partition, and why it is not complete.

    Attributes:
        state: see `PartitionState`.
        reason: in words; empty when complete.
        certificate: the one that is there and can be read, also of a short partition.
    """

    state: PartitionState
    reason: str = ""
    certificate: Certificate | None = None


def partition_url(destination: str, day: date) -> str:
    """The folder of a local day below `destination`, a path or fsspec URL."""
    return f"{destination.rstrip('/')}/events/date={day.isoformat()}"


def write_partition(
    destination: str, day: date, timezone: str, export: Export, formats: Iterable[Format] = (Format.PARQUET,)
) -> Certificate:
    """Publish a complete window as the partition of a local day; the same events twice leave the same data bytes.

    Data files that are there already with these bytes stay untouched; those of formats not asked for are removed.

    Raises:
        IncompleteExportError: the certificate does not agree with itself or with the table; nothing was written.
        DestinationError: the destination refused.
    """
    proven = export.certificate.require_complete()
    if proven.unique_ids != export.table.num_rows:
        numbers = proven.numbers | {"rows_to_write": export.table.num_rows}
        raise IncompleteExportError(str(proven.window), "the table is not the one that was proven", numbers)
    with open_store(partition_url(destination, day)) as store:
        staged = {kind.file_name: _stage(store, export.table, kind) for kind in sorted(set(formats))}
        proofs = {name: proof for name, (proof, _) in staged.items()}
        certificate = proven.published(day, timezone, proofs, WRITER)
        text = certificate.model_dump_json(indent=1).encode()
        publish_certificate = store.stage(CERTIFICATE, lambda sink: sink.write(text))
        if not _is_unchanged(store, proofs):
            _exchange(store, [publish for _, publish in staged.values()], proofs)
        publish_certificate()
    return certificate


def read_status(destination: str, day: date, window: Window, *, verify: bool = False) -> PartitionStatus:
    """What is there for a local day.

    Args:
        destination: path or fsspec URL.
        day: the local day.
        window: of that day; another one, as of another zone, is not trusted.
        verify: read the data files and compare hashes; else only their sizes.

    Raises:
        DestinationError: the destination cannot be read.
    """
    with open_store(partition_url(destination, day)) as store:
        try:
            with store.open(CERTIFICATE) as file:
                certificate = Certificate.model_validate_json(file.read())
        except FileNotFoundError:
            there = [kind.file_name for kind in Format if store.size(kind.file_name) is not None]
            if there:
                return PartitionStatus(PartitionState.SHORT, f"{' and '.join(there)} without a certificate")
            return PartitionStatus(PartitionState.MISSING, "nothing is there")
        except ValidationError as error:
            return PartitionStatus(PartitionState.SHORT, f"the certificate cannot be read: {clip(str(error))}")
        found = _disagreements(certificate, window, day)
        found += [
            f"{name} is not the file that was certified"
            for name, proof in certificate.files.items()
            if not _holds(store, name, proof, verify=verify)
        ]
    state = PartitionState.SHORT if found else PartitionState.COMPLETE
    return PartitionStatus(state, "; ".join(found), certificate)


def read_partition(destination: str, day: date, window: Window) -> pd.DataFrame:
    """The events of a complete partition with a Parquet file, as a frame of `EVENT_DTYPES`.

    Raises:
        IncompleteExportError: there is no complete partition, or none in Parquet.
        DestinationError: the destination cannot be read.
    """
    status = read_status(destination, day, window, verify=True)
    name = Format.PARQUET.file_name
    if (
        status.state is not PartitionState.COMPLETE
        or status.certificate is None
        or name not in status.certificate.files
    ):
        raise IncompleteExportError(
            str(window), f"{partition_url(destination, day)}: {status.reason or 'no Parquet'}", {}
        )
    with open_store(partition_url(destination, day)) as store, store.open(name) as file:
        return table_to_frame(pq.read_table(file, schema=EVENT_SCHEMA))


def sweep_partition(destination: str, day: date) -> None:
    """Remove what writers that died had begun for this day; what a living one writes stays.

    Raises:
        DestinationError: there is no such destination.
    """
    with open_store(partition_url(destination, day)) as store:
        store.sweep()


def _stage(store: Store, table: pa.Table, kind: Format) -> tuple[FileProof, Callable[[], None]]:
    proofs: list[FileProof] = []
    publish = store.stage(kind.file_name, lambda sink: proofs.append(encode(table, kind, sink)))
    return proofs[0], publish


def _exchange(store: Store, publications: Iterable[Callable[[], None]], kept: Iterable[str]) -> None:
    """Put new data in place; from the first step to the certificate that follows, nothing here is trusted."""
    store.remove(CERTIFICATE)
    for kind in Format:
        if kind.file_name not in set(kept):
            store.remove(kind.file_name)
    for publish in publications:
        publish()


def _is_unchanged(store: Store, proofs: Mapping[str, FileProof]) -> bool:
    """Whether exactly the files of the proofs are there already."""
    there = {kind.file_name for kind in Format if store.size(kind.file_name) is not None}
    return there == proofs.keys() and all(_holds(store, name, proof, verify=True) for name, proof in proofs.items())


def _disagreements(certificate: Certificate, window: Window, day: date) -> list[str]:
    found = certificate.problems()
    if certificate.window != window or certificate.day != day:
        found.append(f"it certifies {certificate.day}, {certificate.window}, not {day}, {window}")
    if not certificate.files:
        found.append("it certifies no file")
    return found


def _holds(store: Store, name: str, proof: FileProof, *, verify: bool) -> bool:
    """Whether the stored file is the one of the proof."""
    if store.size(name) != proof.size:
        return False
    if not verify:
        return True
    digest = hashlib.sha256()
    with store.open(name) as file:
        _feed(digest.update, file)
    return digest.hexdigest() == proof.sha256


def _feed(take: Callable[[bytes], None], file: IO[bytes]) -> None:
    for block in iter(partial(file.read, 1024 * 1024), b""):
        take(block)
