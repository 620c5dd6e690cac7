"""The step of the schema that brings promotions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


def add_promotions(connection: Connection) -> None:
    """2 to 3: plans of promotions and their rows."""
    key = 'TEXT COLLATE "C"' if connection.dialect.name == "postgresql" else "TEXT"
    number = "DOUBLE PRECISION"
    plans = (
        f"plan_id {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, scope TEXT NOT NULL, stage TEXT NOT NULL, "
        f"run_id TEXT NOT NULL, owner TEXT, lease_until {number}, created_at {number} NOT NULL, ended_at {number}"
    )
    rows = (
        f"plan_id {key} NOT NULL, asset_id {key} NOT NULL, rule TEXT NOT NULL, transition TEXT NOT NULL, "
        "name TEXT NOT NULL, state TEXT NOT NULL, kinds TEXT, words TEXT, request_key TEXT, seen TEXT, "
        "announced BOOLEAN NOT NULL, PRIMARY KEY (plan_id, asset_id)"
    )
    for statement in (
        f"CREATE TABLE ledger_promotion_plans ({plans})",
        f"CREATE TABLE ledger_promotion_rows ({rows})",
        "CREATE UNIQUE INDEX ledger_promotion_under_way ON ledger_promotion_plans (account) WHERE stage <> 'ended'",
        "CREATE INDEX ledger_promotion_rows_by_state ON ledger_promotion_rows (plan_id, state, transition, asset_id)",
    ):
        connection.execute(text(statement))
