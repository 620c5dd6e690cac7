"""The tables of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_mock_engine

from dashmedia.ledger.promotion_schema import plans
from dashmedia.ledger.upgrades import NEWEST
from deployments.reference.markdown import code, page, table

if TYPE_CHECKING:
    from sqlalchemy import Table

SQLITE, POSTGRESQL = create_mock_engine("sqlite://", print).dialect, create_mock_engine("postgresql://", print).dialect

#: One row is one of these.
ROWS = {
    "ledger_meta": "the version of these tables",
    "ledger_items": "one content for one destination: what is known to have happened to it",
    "ledger_history": "one step of one content for one destination",
    "ledger_uploads": "bytes that a storage holds, so that other brands get the same ones",
    "ledger_open_uploads": "an upload to the DAM that is under way",
    "ledger_parts": "a part of such an upload that the storage has",
    "ledger_fields_written": "what was written to an asset's fields, as a digest",
    "ledger_refusals": "an original that a rule kept out",
    "ledger_jobs": "a batch job, found again by the key of its request",
    "ledger_runs": "a run, and what it counted",
    "ledger_promotion_plans": "a promotion's plan",
    "ledger_promotion_rows": "one asset of a plan",
}


def ledger_page() -> str:
    """The page.

    Raises:
        KeyError: a table is not in `ROWS`.
    """
    tables = plans.metadata.sorted_tables
    parts = [part for each in sorted(tables, key=lambda one: list(ROWS).index(one.name)) for part in _table(each)]
    return page(
        "Tables of the ledger",
        f"Version {NEWEST}. SQLite and PostgreSQL have the same tables; times are seconds since the epoch. Read them freely, write nothing: "
        "`python -m dashmedia.ledger` takes what failed out of quarantine. [What the states mean](states.md).",
        *parts,
    )


def _table(of: Table) -> list[str]:
    rows = [
        (
            code(column.name),
            code(column.type.compile(SQLITE)),
            code(column.type.compile(POSTGRESQL)),
            "key" if column.primary_key else "" if column.nullable else "always set",
        )
        for column in of.columns
    ]
    head = f"One row is {ROWS[of.name]}."
    return [f"## {of.name}", head, table(("column", "SQLite", "PostgreSQL", ""), rows)]
