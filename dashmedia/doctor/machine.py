"""This machine: ledger, free disk, versions."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from dashmedia import __version__
from dashmedia.doctor.findings import Check, Finding, Level, fail, ok, warn
from dashmedia.ledger.database import Database, locate, place_of
from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.schema import items, meta
from dashmedia.ledger.upgrades import NEWEST, find_version, refuse_newer
from dashmedia.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import URL

#: A batch's originals lie in scratch while they are looked at; a ledger grows by 1 KB a delivery. Below the first people
#: should look, below the second a run will soon stop.
LITTLE_BYTES, TOO_LITTLE_BYTES = 2_048 * MIB, 256 * MIB

#: Distributions whose versions people are asked for when something is odd.
NAMED = ("prefect", "httpx", "pydantic", "SQLAlchemy", "psycopg", "fsspec", "pyarrow")


def machine_checks(ledger_url: str | None, scratch: Path | None = None) -> list[Check]:
    """Checks of this machine.

    Args:
        ledger_url: see `Ledger.open`.
        scratch: where originals are kept while a batch goes on; by default the system's folder for temporary files.
    """
    return [
        Check("Ledger", lambda: look_at_ledger(ledger_url)),
        Check("Scratch disk", lambda: look_at_disk("Scratch disk", scratch or Path(tempfile.gettempdir()))),
        Check("Versions", look_at_versions),
    ]


def look_at_ledger(url: str | None) -> Iterator[Finding]:
    """Whether it is there, of this program's version and writable, who holds what, and the room it has to grow."""
    where = locate(url)
    is_file = where.get_backend_name() == "sqlite"
    if is_file and not Path(str(where.database)).exists():
        yield _absent(Path(str(where.database)))
    else:
        yield from _opened(where)
    if is_file:
        yield from look_at_disk("Ledger disk", Path(str(where.database)).parent)


def _absent(path: Path) -> Finding:
    folder = _nearest(path.parent)
    if not os.access(folder, os.W_OK):
        return fail(
            "Ledger",
            f"there is none at {path}, and {folder} is not writable",
            "Name another place with DASH_LEDGER_URL.",
        )
    return warn("Ledger", f"there is none at {path} yet", "Nothing to do if no flow has run: the first run makes it.")


def _opened(where: URL) -> Iterator[Finding]:
    database = Database(where)
    try:
        with database.read() as connection:
            found = find_version(connection, database.place, create=True)
        if not found:
            yield warn(
                "Ledger",
                f"{place_of(where)} has no ledger yet",
                "Nothing to do if no flow has run: the first run makes it.",
            )
            return
        refuse_newer(found, database.place)
        with database.write() as connection:
            # Writes what is there: only a real write proves rights, disk and locks.
            connection.execute(update(meta).values(schema_version=meta.c.schema_version))
        yield _version_found(database.place, found)
        with database.read() as connection:
            held = connection.execute(
                select(items.c.owner, items.c.lease_until, func.count())
                .where(items.c.owner.is_not(None))
                .group_by(items.c.owner, items.c.lease_until)
            ).all()
        yield _leases([(str(owner), until, count) for owner, until, count in held])
    finally:
        database.close()


def _version_found(place: str, found: int) -> Finding:
    seen = f"{place} is writable, schema version {found}"
    if found == NEWEST:
        return ok("Ledger", seen)
    advice = f"The next run upgrades it to {NEWEST}; back it up before (python -m dashmedia.ledger backup)."
    return warn("Ledger", seen, advice)


def _leases(held: list[tuple[str, datetime | None, int]]) -> Finding:
    now = time.time()
    stale = sum(count for owner, until, count in held if until is None or until.timestamp() <= now or is_gone(owner))
    rows = sum(count for _, _, count in held)
    if stale:
        advice = "Run the flow again: it takes them over and goes on from where they stopped."
        return warn(
            "Ledger leases",
            f"{stale:,} originals are held by runs that are gone, {rows - stale:,} by runs at work",
            advice,
        )
    return ok("Ledger leases", f"{rows:,} originals are held by runs at work" if rows else "nothing is held")


def look_at_disk(name: str, folder: Path) -> Iterator[Finding]:
    """The room that is left where `folder` is, or will be."""
    there = _nearest(folder)
    yield room(name, there, shutil.disk_usage(there).free)


def room(name: str, there: Path, free: int) -> Finding:
    """What to say of so many free bytes."""
    seen = f"{free / 1e9:,.1f} GB free at {there}"
    if free >= LITTLE_BYTES:
        return ok(name, seen)
    level = Level.WARN if free >= TOO_LITTLE_BYTES else Level.FAIL
    return Finding(
        name=name, level=level, seen=seen, advice=f"Make room there; expected {LITTLE_BYTES / 1e9:.1f} GB or more."
    )


def _nearest(folder: Path) -> Path:
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())


def look_at_versions() -> Iterator[Finding]:
    """What runs here."""
    told = [f"dashmedia {__version__}", f"Python {platform.python_version()}"]
    for name in NAMED:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    yield ok("Versions", ", ".join(told))
