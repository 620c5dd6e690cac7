"""Partitions as a reader takes them: only those a certificate speaks for, and only the very bytes it speaks of."""

from __future__ import annotations

import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, cast

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from dashmedia.errors import DestinationError, IncompleteExportError, WindowError
from dashmedia.exports.encoding import GROUP_ROWS, Format, HashingFile
from dashmedia.exports.events import EVENT_SCHEMA
from dashmedia.exports.partitions import PartitionState, PartitionStatus, partition_url, read_status
from dashmedia.exports.stores import open_store
from dashmedia.exports.windows import Window, day_window, find_zone
from dashmedia.sources.remote import open_file_system, remote_errors, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO
    from zoneinfo import ZoneInfo

    import pyarrow as pa

    from dashmedia.exports.certificate import Certificate

#: Bytes of a data file held in memory while it is read; a larger one goes to a temporary file.
SPOOL_BYTES = 32 * 1024 * 1024

#: Certificates read at once: on an object store each is a few round trips.
THREADS = 8

_FOLDER = re.compile(r"date=(\d{4}-\d\d-\d\d)")


class FoundPartitions(NamedTuple):
    """What lies at a destination.

    Attributes:
        windows: the complete days of one zone, oldest first.
        left_out: days that are there and not trusted, such as another zone's, and why.
    """

    windows: dict[date, Window]
    left_out: dict[date, str]


@dataclass(frozen=True, slots=True)
class TrustedPartition:
    """A day with a certificate that nothing speaks against."""

    destination: str
    day: date
    certificate: Certificate

    @property
    def file_name(self) -> str:
        """The file to read: Parquet where there is one."""
        names = self.certificate.files
        return Format.PARQUET.file_name if Format.PARQUET.file_name in names else min(names)

    def read(self) -> Iterator[pa.RecordBatch]:
        """The events in their order, `GROUP_ROWS` at a time, after the whole file was compared with its certificate.

        Raises:
            IncompleteExportError: the file is another one.
            DestinationError: it cannot be read.
        """
        with self._checked_copy() as file:
            read = _read_parquet if self.file_name == Format.PARQUET.file_name else _read_csv
            for batch in read(file):
                yield batch.cast(EVENT_SCHEMA)

    @contextmanager
    def _checked_copy(self) -> Iterator[IO[bytes]]:
        # Read once, so that what was compared is what is used, whoever exchanges the file meanwhile.
        with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as spool:
            copy = cast("IO[bytes]", spool)
            hashing = HashingFile(copy)
            with open_store(partition_url(self.destination, self.day)) as store, store.open(self.file_name) as file:
                shutil.copyfileobj(file, cast("IO[bytes]", hashing), 1024 * 1024)
            if hashing.proof != self.certificate.files[self.file_name]:
                raise _distrusted(
                    self.destination, self.day, self.certificate.window, "its data is not what was certified"
                )
            copy.seek(0)
            yield copy


def require_trusted(destination: str, day: date, window: Window) -> TrustedPartition:
    """The partition of a local day.

    Raises:
        IncompleteExportError: it is missing, or something speaks against it.
        DestinationError: the destination cannot be read.
    """
    status = read_status(destination, day, window)
    if status.state is not PartitionState.COMPLETE or status.certificate is None:
        raise _distrusted(destination, day, window, status.reason)
    return TrustedPartition(destination, day, status.certificate)


def find_partitions(destination: str, timezone: str, *, verify: bool = False) -> FoundPartitions:
    """Every day at the destination, trusted or not; none when nothing was exported yet.

    Args:
        destination: path or fsspec URL.
        timezone: whose days are meant. Days of another zone overlap them, so they are left out.
        verify: read the data files and compare hashes; else only their sizes.

    Raises:
        WindowError: there is no such zone.
        DestinationError: the destination cannot be read.
    """
    zone = find_zone(timezone)
    days = _list_days(destination)
    with ThreadPoolExecutor(THREADS, "partitions") as pool:
        statuses = pool.map(lambda day: _status(destination, day, zone, verify=verify), days)
        return _sort_out(dict(zip(days, statuses, strict=True)), zone)


def _status(destination: str, day: date, zone: ZoneInfo, *, verify: bool) -> PartitionStatus:
    try:
        return read_status(destination, day, day_window(day, zone), verify=verify)
    except WindowError as error:  # another zone's day, which this one skipped
        return PartitionStatus(PartitionState.SHORT, str(error))


def _sort_out(statuses: Mapping[date, PartitionStatus], zone: ZoneInfo) -> FoundPartitions:
    complete = [day for day, status in statuses.items() if status.state is PartitionState.COMPLETE]
    left_out = {day: status.reason for day, status in statuses.items() if status.state is PartitionState.SHORT}
    return FoundPartitions({day: day_window(day, zone) for day in complete}, left_out)


def _list_days(destination: str) -> list[date]:
    shown = f"{destination.rstrip('/')}/events"
    try:
        file_system, path = open_file_system(shown)
        with remote_errors():
            names = [name.rstrip("/").rpartition("/")[2] for name in file_system.ls(path, detail=False)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, ImportError) as error:  # ImportError: the URL's backend is not installed
        seen = words_of(error) if isinstance(error, OSError) else str(error)
        raise DestinationError(shown.split("?", 1)[0], seen) from error
    return sorted(date.fromisoformat(found[1]) for name in names if (found := _FOLDER.fullmatch(name)))


def _read_parquet(file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    yield from pq.ParquetFile(file).iter_batches(GROUP_ROWS, use_threads=False)


def _read_csv(file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    options = pa_csv.ConvertOptions(column_types=EVENT_SCHEMA, null_values=[""], strings_can_be_null=True)
    yield from pa_csv.open_csv(file, pa_csv.ReadOptions(use_threads=False), convert_options=options)


def _distrusted(destination: str, day: date, window: Window, reason: str) -> IncompleteExportError:
    return IncompleteExportError(str(window), f"{partition_url(destination, day)}: {reason}", {})
