"""The ledger as tables for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from dashmedia.errors import clip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashmedia.ledger.looks import Left, Sum
    from dashmedia.ledger.records import Item, Move
    from dashmedia.ledger.refused import Refused

MB = 1_000_000

#: Characters of a SHA-256 that are shown; enough to name a row to `item` and `retry`.
SHORT = 12


def summary_table(sums: Iterable[Sum]) -> Table:
    """One line per destination and state."""
    table = _table("Destination", "State", "Originals", "MB")
    for each in sums:
        table.add_row(escape(each.destination), each.shown, f"{each.rows:,}", f"{each.bytes / MB:,.1f}")
    return table


def item_table(item: Item) -> Table:
    """What is known of one row, a fact a line."""
    table = _table(f"{item.destination} · {item.sha256[:SHORT]}", item.shown)
    for name, fact in _facts(item).items():
        if fact not in {None, ""}:
            table.add_row(name, escape(str(fact)))
    return table


def _facts(item: Item) -> dict[str, object]:
    found = item.uri if item.source_row is None else f"{item.uri} (row {item.source_row})"
    return {
        "reached": item.state,
        "why it stopped": item.failure_reason,
        "quarantined": f"yes; retry {item.sha256[:SHORT]}" if item.is_quarantined else None,
        "found at": found,
        "file": f"{item.filename}, {item.content_type}, {item.bytes:,} bytes",
        "SHA-256": item.sha256,
        "source id": item.source_id,
        "media id": item.remote_id,
        "bytes at": item.bare_url,
        "source_created_at": f"{item.source_created_at:%Y-%m-%d %H:%M:%S} UTC",
        "details": ", ".join(f"{name}: {value}" for name, value in item.details.items()),
        "attempts": item.attempts,
        "last run": item.run_id,
        "held by": item.owner,
    }


def history_table(moves: Iterable[Move]) -> Table:
    """One line per step, oldest first."""
    table = _table("When (UTC)", "State", "Run", "Note")
    for move in moves:
        table.add_row(f"{move.at:%Y-%m-%d %H:%M:%S}", move.state, escape(move.run_id), escape(move.note or ""))
    return table


def left_table(rows: Iterable[Left]) -> Table:
    """One line per row that is not ready."""
    table = _table("Destination", "SHA-256", "File", "Why", "Next step")
    for each in rows:
        item = each.item
        table.add_row(
            escape(item.destination),
            item.sha256[:SHORT],
            escape(item.filename),
            escape(each.why),
            escape(each.next_step),
        )
    return table


def refused_table(rows: Iterable[Refused]) -> Table:
    """One line per refusal."""
    table = _table("Source", "Original", "Rule", "Seen", "Since")
    for each in rows:
        where = each.uri if each.source_row is None else f"{each.uri} (row {each.source_row})"
        since = f"{each.first_seen:%Y-%m-%d}"
        table.add_row(escape(each.source), escape(where), each.rule, escape(clip(each.seen)), since)
    return table


def _table(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        is_number = heading in {"Originals", "MB"}
        table.add_column(escape(heading), justify="right" if is_number else "left", overflow="fold")
    return table
