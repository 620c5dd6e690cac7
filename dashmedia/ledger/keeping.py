"""Commands that keep the ledger: back it up, restore it, bring its schema up to date."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - cyclopts reads annotations at run time
from typing import Annotated

from cyclopts import Parameter

from dashmedia.ledger import backup as backups
from dashmedia.ledger.database import Database, locate, require_existing
from dashmedia.ledger.store import Ledger
from dashmedia.ledger.upgrades import NEWEST, prepare

LedgerUrl = Annotated[
    str | None,
    Parameter(
        name="--ledger",
        env_var="DASH_LEDGER_URL",
        help="postgresql://…, sqlite:///… or a file; by default a file in your data folder.",
    ),
]


def backup(
    *,
    to: Annotated[Path, Parameter(help="The archive to write, such as ledger-2031-02-14.zip.")],
    replace: Annotated[bool, Parameter(negative="", help="An archive of that name may go.")] = False,
    ledger: LedgerUrl = None,
) -> int:
    """Write the whole ledger to one file, as it is at one moment.

    Runs may be at work meanwhile; none is kept waiting. The archive is the same for SQLite and PostgreSQL, so that it also moves a
    ledger from one to the other. It holds file names, creators, captions and addresses, no credentials; only you may read
    it. Put it somewhere else than the ledger.
    """
    made = backups.back_up(ledger, to, replace=replace)
    sys.stdout.write(
        f"{to}: {made.rows:,} rows of schema version {made.schema_version}, {to.stat().st_size:,} bytes.\n"
    )
    return 0


def restore(
    *,
    from_: Annotated[
        Path, Parameter(name="--from", help="An archive that `backup` wrote, of either kind of database.")
    ],
    replace: Annotated[
        bool, Parameter(negative="", help="A ledger that holds something may go; back it up first.")
    ] = False,
    ledger: LedgerUrl = None,
) -> int:
    """Make the ledger what the archive holds, or change nothing at all.

    Stop the schedules first. An archive that is damaged, or newer than this program, is refused; an older one is upgraded.
    A ledger that holds something is refused without --replace, and one that a run is at work on always.

    What was delivered after the back-up, the restored ledger does not know. So from now on runs look before they create: for the
    record in the library of each brand, and in Dash for an asset that we staged since, in the same folder, with the same bytes.
    What they find is taken over, and nothing is doubled. That costs requests: say `trust` when every source was run once more.
    Promotions since the back-up cannot be undone by their runs, and batch jobs since then are not attached to.
    """
    made = backups.restore(ledger, from_, replace=replace)
    upgraded = (
        "" if made.schema_version == NEWEST else f", upgraded from schema version {made.schema_version} to {NEWEST}"
    )
    sys.stdout.write(
        f"Restored {made.rows:,} rows{upgraded}. The ledger is as it was at {made.made_at:%Y-%m-%d %H:%M:%S} UTC. What was "
        "delivered since then is looked for before anything is created, until you say: python -m dashmedia.ledger trust\n"
    )
    return 0


def trust(*, ledger: LedgerUrl = None) -> int:
    """Say that a restored ledger knows everything again: runs no longer look before they create.

    Every source that may have delivered something between the back-up and the restore was run once more, to its end.
    """
    with Ledger.open(ledger, create=False) as opened:
        count = opened.trust()
    sys.stdout.write(
        "The ledger is trusted again.\n" if count else "Nothing to do: the ledger was not restored, or is trusted.\n"
    )
    return 0


def upgrade(*, ledger: LedgerUrl = None) -> int:
    """Bring the ledger's tables to this program's version; every other command, and every run, does it too.

    It is one transaction: a step that breaks off leaves the older version. There is no way back, so back up first, and upgrade all
    machines that share the ledger: an older program refuses it from then on.
    """
    where = locate(ledger)
    require_existing(where)
    database = Database(where)
    try:
        with database.write() as connection:
            found = prepare(connection, database.place, create=False)
    finally:
        database.close()
    words = (
        f"is of schema version {NEWEST}, the newest" if found == NEWEST else f"was upgraded from {found} to {NEWEST}"
    )
    sys.stdout.write(f"The ledger at {database.place} {words}.\n")
    return 0
