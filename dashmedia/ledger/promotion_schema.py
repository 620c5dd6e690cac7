"""The tables of promotions: one plan for each run, one row for each asset that it looked at."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import Boolean, Column, Index, Table, Text, text

from dashmedia.ledger.schema import KEY, Instant, Words, metadata


class Stage(StrEnum):
    """How far a plan is."""

    PLANNING = "planning"  # assets are being read; nothing was sent
    PLANNED = "planned"  # whole; nothing was sent
    APPROVED = "approved"  # jobs may have been sent
    ENDED = "ended"  # nothing of it is under way


class RowState(StrEnum):
    """What became of one asset of a plan."""

    HELD = "held"  # something stands against it; nothing is sent
    PLANNED = "planned"  # would move
    SUBMITTED = "submitted"  # named in a job that was, or is about to be, sent
    MOVED = "moved"  # seen in the target state
    FAILED = "failed"  # seen elsewhere than in the target state, or never sent
    VANISHED = "vanished"  # in neither state


#: Rows whose end is not known.
OPEN_STATES: Final = (RowState.PLANNED, RowState.SUBMITTED)

plans = Table(
    "ledger_promotion_plans",
    metadata,
    Column("plan_id", KEY, primary_key=True),
    Column("account", KEY, nullable=False),
    Column("scope", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

# One run at a time in one account: the second one cannot even write its plan down.
_under_way = text("stage <> 'ended'")
Index(
    "ledger_promotion_under_way",
    plans.c.account,
    unique=True,
    sqlite_where=_under_way,
    postgresql_where=_under_way,
)

rows = Table(
    "ledger_promotion_rows",
    metadata,
    Column("plan_id", KEY, primary_key=True),
    Column("asset_id", KEY, primary_key=True),
    Column("rule", Words, nullable=False),
    Column("transition", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("state", Text, nullable=False),
    # What a reason is counted under, one to a line, and the reasons in words.
    Column("kinds", Words),
    Column("words", Words),
    Column("request_key", Text),
    # In which state a search saw it last, since it was planned or submitted.
    Column("seen", Text),
    Column("announced", Boolean, nullable=False),
)
Index("ledger_promotion_rows_by_state", rows.c.plan_id, rows.c.state, rows.c.transition, rows.c.asset_id)
