"""A ledger in one file that any database can take: a zip of JSON lines, one member per table, and what proves it whole.

`ledger.json` names the version of the schema and, for each table, its columns, the number of its rows and the SHA-256 of
its lines. A line is a JSON list of a row's values in the order of the columns: times as seconds since the epoch, nothing
else than the database's own text, numbers, truth values and JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dashmedia.errors import LedgerError
from dashmedia.ledger.schema import BATCH_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MANIFEST = "ledger.json"

#: What reading a broken zip, or a broken member of one, may raise.
_BROKEN = (BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError)


class TableFacts(BaseModel):
    """What proves one table whole.

    Attributes:
        columns: in the order of the values.
        rows: how many lines.
        sha256: of the lines.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    rows: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """What the archive says of itself.

    Attributes:
        format_version: of the archive; another one needs another program.
        schema_version: of the ledger that it was made from.
        made_at: the moment whose state it holds.
        made_by: version of the program.
        tables: in the order in which they are restored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["dashmedia ledger"] = "dashmedia ledger"
    format_version: Literal[1] = 1
    schema_version: int = Field(ge=1)
    made_at: AwareDatetime
    made_by: str
    tables: dict[str, TableFacts]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(facts.rows for facts in self.tables.values())


class ArchiveWriter:
    """Writes members one after the other; rows pass through, none is kept in memory."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive

    def add_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> TableFacts:
        """One table, row by row."""
        digest, count = hashlib.sha256(), 0
        with self._archive.open(f"{name}.jsonl", "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(list(row), separators=(",", ":"), allow_nan=False).encode() + b"\n"
                digest.update(line)
                member.write(line)
                count += 1
        return TableFacts(columns=tuple(columns), rows=count, sha256=digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """What makes it an archive."""
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))


class Archive:
    """One that was opened for reading; `check` first.

    Attributes:
        manifest: what it says of itself.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.manifest = Manifest.model_validate_json(archive.read(MANIFEST))

    def check(self) -> None:
        """Read all of it once; a ValueError says what is not as the manifest says."""
        for name in self.manifest.tables:
            for _ in self.rows(name):
                pass

    def rows(self, name: str) -> Iterator[list[dict[str, Any]]]:
        """A table's rows by column, up to `BATCH_ROWS` at a time; proved at the end."""
        facts = self.manifest.tables[name]
        digest, count = hashlib.sha256(), 0
        with self._archive.open(f"{name}.jsonl") as member:
            while lines := list(islice(member, BATCH_ROWS)):
                for line in lines:
                    digest.update(line)
                count += len(lines)
                yield [dict(zip(facts.columns, json.loads(line), strict=True)) for line in lines]
        if (count, digest.hexdigest()) != (facts.rows, facts.sha256):
            raise ValueError(f"{name} has {count:,} rows that are not the {facts.rows:,} it was made of")


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """An archive that has its name only when it is whole.

    Raises:
        LedgerError: it cannot be written there.
    """
    beside: Path | None = None
    try:
        # Only its owner may read it: captions, creators and addresses are nobody else's business.
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            with ZipFile(file, "w", ZIP_DEFLATED) as archive:
                yield ArchiveWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise LedgerError(
            f"The archive {path} cannot be written: {error.strerror or error}. Nothing was left there; mend that, or name "
            "another place, and back up again."
        ) from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An archive to restore from, proved whole before anything is done with it.

    Raises:
        LedgerError: it is not there, is none, or is damaged.
    """
    try:
        with ZipFile(path) as file:
            archive = Archive(file)
            archive.check()
            yield archive
    except OSError as error:
        raise LedgerError(
            f"The archive {path} cannot be read: {error.strerror or error}. Nothing was restored."
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise LedgerError(
            f"The archive {path} is not one that this program can read: in its {MANIFEST}, {where}: {first['msg']}. "
            "Nothing was restored; use the program that made it, or another archive."
        ) from error
    except _BROKEN as error:
        raise LedgerError(
            f"The archive {path} is damaged, or is none: {str(error).strip(chr(34))}. Nothing was restored; take another archive."
        ) from error
