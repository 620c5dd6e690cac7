"""`latest.duckdb`: a file that a person opens with DuckDB and asks at once, over nothing but what is trusted.

On a local disk it holds views that read the partitions where they lie, so it is built anew when a partition has changed
or the folder has moved. On an object store it holds a copy of the events: views there would need the store's keys.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from glob import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from dashmedia.errors import SettingsError
from dashmedia.exports.encoding import Format
from dashmedia.exports.events import EVENT_SCHEMA, INSTANT
from dashmedia.exports.partitions import partition_url
from dashmedia.exports.rollup_files import rollups_url
from dashmedia.exports.rollups import ROLLUP_SCHEMAS
from dashmedia.exports.stores import open_store
from dashmedia.exports.trusted import find_partitions, require_trusted
from dashmedia.sources.remote import open_file_system

if TYPE_CHECKING:
    from datetime import date
    from typing import IO

    from dashmedia.exports.stores import Store
    from dashmedia.exports.trusted import FoundPartitions, TrustedPartition

FILE_NAME = "latest.duckdb"

#: What DuckDB may hold in memory while it takes up events.
MEMORY = "512MB"

_DAY = pa.field("day", pa.date32(), nullable=False)
_EVENTS = pa.schema([_DAY, *EVENT_SCHEMA])

_TYPES = {pa.date32(): "DATE", pa.string(): "VARCHAR", pa.int64(): "BIGINT", INSTANT: "TIMESTAMPTZ"}

#: How each kind of data file is read, up to the list of the files.
_READERS = {
    Format.PARQUET.file_name: "read_parquet([]",
    Format.CSV.file_name: "read_csv([], header = true, nullstr = '', columns = {"
    + ", ".join(f"'{field.name}': '{_TYPES[field.type]}'" for field in EVENT_SCHEMA)
    + "}",
}

#: Events beside the names that the rollups know.
_NAMED = """
CREATE VIEW named_events AS
SELECT events.*, file_name, title, folder_path, user_name, portal_name
FROM events
LEFT JOIN by_asset USING (asset_id) LEFT JOIN by_user USING (user_id) LEFT JOIN by_portal USING (portal_id)
"""


class Views(NamedTuple):
    """What was built.

    Attributes:
        url: of the file.
        days: whose events are in it.
        left_out: days that are there and not trusted, and why.
    """

    url: str
    days: tuple[date, ...]
    left_out: dict[date, str]


def build_views(destination: str, timezone: str) -> Views:
    """Build `latest.duckdb` at the destination anew, in one step.

    `events` are the download events of all trusted partitions with their local `day`; `by_day` and its like are the
    rollups, empty where none were written; `named_events` are events with the names that the rollups hold. Every hash is
    compared first.

    Args:
        destination: of the partitions, a path or fsspec URL.
        timezone: whose days are meant; those of another zone are left out.

    Raises:
        WindowError: there is no such zone.
        SettingsError: DuckDB is not installed.
        DestinationError: the destination refused.
    """
    duckdb = _import_duckdb()
    found = find_partitions(destination, timezone, verify=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        with duckdb.connect(path, config={"memory_limit": MEMORY, "threads": 2}) as connection:
            _fill(connection, destination, found)
        with open_store(destination) as store:
            store.stage(FILE_NAME, partial(_copy_file, path))()
    url = f"{destination.rstrip('/')}/{FILE_NAME}"
    return Views(url.split("?", 1)[0], tuple(found.windows), found.left_out)


def _import_duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError as error:
        raise SettingsError(
            "DuckDB is not installed, so latest.duckdb was not built. Install it, `pip install duckdb`, or switch it off."
        ) from error


def _fill(connection: Any, destination: str, found: FoundPartitions) -> None:
    partitions = [require_trusted(destination, day, window) for day, window in found.windows.items()]
    file_system, path = open_file_system(destination)
    if isinstance(file_system, LocalFileSystem):
        _make_views(connection, path, partitions)
    else:
        _make_tables(connection, destination, partitions)
    connection.execute(_NAMED)


def _make_views(connection: Any, folder: str, partitions: list[TrustedPartition]) -> None:
    columns = ", ".join(EVENT_SCHEMA.names)
    parts = [_nothing(_EVENTS)]
    for kind, reader in _READERS.items():
        days = [one.day for one in partitions if one.file_name == kind]
        files = [_path(f"{partition_url(folder, day)}/{kind}") for day in days]
        source = f"{reader.replace('[]', '[' + ', '.join(files) + ']')}, hive_partitioning = true, hive_types = {{'date': DATE}})"
        parts += [f"SELECT date AS day, {columns} FROM {source}"] if files else []  # noqa: S608 - our names, and paths as literals
    connection.execute(f"CREATE VIEW events AS {' UNION ALL '.join(parts)}")
    for by, schema in ROLLUP_SCHEMAS.items():
        file = f"{rollups_url(folder)}/{by}.parquet"
        rows = f"SELECT * FROM read_parquet({_path(file)})" if Path(file).exists() else _nothing(schema)  # noqa: S608 - as above
        connection.execute(f"CREATE VIEW {by} AS {rows}")


def _make_tables(connection: Any, destination: str, partitions: list[TrustedPartition]) -> None:
    connection.execute(f"CREATE TABLE events AS {_nothing(_EVENTS)}")
    for partition in partitions:
        for batch in partition.read():
            days = pa.repeat(pa.scalar(partition.day), batch.num_rows)
            connection.register("batch", pa.Table.from_batches([batch]).add_column(0, _DAY, days))
            connection.execute("INSERT INTO events SELECT * FROM batch")
    with open_store(rollups_url(destination)) as store:
        for by, schema in ROLLUP_SCHEMAS.items():
            there = store.size(f"{by}.parquet") is not None
            connection.register("batch", _read(store, f"{by}.parquet") if there else schema.empty_table())
            connection.execute(f"CREATE TABLE {by} AS FROM batch")
    connection.unregister("batch")


def _read(store: Store, name: str) -> pa.Table:
    with store.open(name) as file:
        return pq.read_table(file)


def _nothing(schema: pa.Schema) -> str:
    """A query for no rows of these columns."""
    columns = ", ".join(f"NULL::{_TYPES[field.type]} AS {field.name}" for field in schema)
    return f"SELECT {columns} WHERE false"


def _path(path: str) -> str:
    """As an SQL literal in which DuckDB sees no pattern."""
    escaped = escape(path).replace("'", "''")
    return f"'{escaped}'"


def _copy_file(path: Path, sink: IO[bytes]) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, sink, 1024 * 1024)
