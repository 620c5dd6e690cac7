"""Who works on what: claiming rows, keeping them, giving them back.

A claim is an upsert whose UPDATE half carries the whole question (not ready, not quarantined, not held by another) and
runs in one transaction, in the order of keys. On SQLite the transaction holds the only write lock. On PostgreSQL the
upsert locks each row it meets, whether it takes it or not, so that what is read afterwards stays true until the end,
and two claims that overlap wait for each other in one order.

Leases are compared with the clock of the machine that asks. Clocks of several machines may differ by less than the
lease minus one interval of the heartbeat: 60 s with the defaults.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, literal_column, not_, or_, select, update

from dashmedia.ledger.destinations import DAM, source_id_for
from dashmedia.ledger.moves import add_moves
from dashmedia.ledger.owners import is_gone
from dashmedia.ledger.records import Claim, Item, Key, NewItem, Run, family_of
from dashmedia.ledger.rows import THESE, by_destination, in_batches, insert_into, read_items
from dashmedia.ledger.schema import items, storable
from dashmedia.ledger.states import BEFORE_CREATE, DAM_BEFORE_CREATE, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.dialects import postgresql, sqlite

#: Nobody holds the row.
NOBODY: dict[str, Any] = {"owner": None, "lease_until": None}

#: What a new row does not have yet.
_UNTOUCHED: dict[str, Any] = {"failure_reason": None, "failure_retryable": None, "remote_id": None}

_FREE = update(items).where(items.c.destination == bindparam("d"), items.c.sha256 == bindparam("s")).values(**NOBODY)


def claim(connection: Connection, new: Sequence[NewItem], run: Run, now: datetime, until: datetime) -> list[Claim]:
    """One claim per item of `new`, in its order; see `Verdict`. At most `BATCH_ROWS` items."""
    firsts = {item.key: item for item in reversed(new)}
    rows = _offer(connection, firsts, run, now, until)
    left_behind = [key for key, item in firsts.items() if _is_left_behind(rows[key], item, run, now)]
    if left_behind:
        # A lease may outlive its process; the next run after a kill need not wait for its end.
        connection.execute(_FREE, [{"d": key.destination, "s": key.sha256} for key in sorted(left_behind)])
        rows |= _offer(connection, {key: firsts[key] for key in left_behind}, run, now, until)
    claims = [Claim(item, _verdict(rows[item.key], item, run, firsts), rows[item.key]) for item in new]
    _write_down(connection, claims, run, now)
    return claims


def preview(connection: Connection, new: Sequence[NewItem], run: Run, now: datetime, until: datetime) -> list[Claim]:
    """What `claim` would answer; nothing is written."""
    firsts = {item.key: item for item in reversed(new)}
    rows = read_items(connection, firsts)
    claims = []
    for item in new:
        row = rows.get(item.key) or Item(**_UNTOUCHED | _values(item, run, now, until))
        verdict = _verdict(row, item, run, firsts)
        is_free = not row.has_lease(now) or is_gone(str(row.owner))
        claims.append(Claim(item, Verdict.TAKEN if verdict is Verdict.HELD and is_free else verdict, row))
    return claims


def renew(connection: Connection, run: Run, until: datetime) -> int:
    """Hold every row of the run until `until`; how many there are."""
    return _change_rows_of(connection, run, lease_until=until)


def release(connection: Connection, run: Run) -> int:
    """Hold none any longer; how many there were."""
    return _change_rows_of(connection, run, **NOBODY)


def _change_rows_of(connection: Connection, run: Run, **values: Any) -> int:
    # Locked in the order of keys first, as claims do it; a bare UPDATE locks in any order and could deadlock with one.
    mine = select(items.c.destination, items.c.sha256).where(items.c.owner == run.owner, items.c.run_id == run.id)
    locked = mine.order_by(items.c.destination, items.c.sha256).with_for_update()
    keys = [Key(*row) for row in connection.execute(locked)]
    for batch in in_batches(keys):
        for these in by_destination(batch):
            connection.execute(update(items).where(*THESE).values(**values), these)
    return len(keys)


def _offer(
    connection: Connection, offered: dict[Key, NewItem], run: Run, now: datetime, until: datetime
) -> dict[Key, Item]:
    values = [_values(offered[key], run, now, until) for key in sorted(offered)]
    connection.execute(_upsert(connection.dialect.name), values)
    return read_items(connection, offered)


def _values(item: NewItem, run: Run, now: datetime, until: datetime) -> dict[str, Any]:
    return {
        "destination": item.destination,
        "sha256": item.sha256,
        "state": State.PLANNED,
        "source_id": source_id_for(item.destination, item.sha256),
        "uri": item.uri,
        "source_row": item.source_row,
        "filename": item.filename,
        "content_type": item.content_type,
        "bytes": item.bytes,
        "md5": item.md5,
        "bare_url": item.bare_url,
        "source_created_at": item.source_created_at or now,
        "details": dict(item.details),
        "attempts": 1,
        "run_id": run.id,
        "owner": run.owner,
        "lease_until": until,
        "created_at": now,
        "updated_at": now,
    }


@cache
def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = insert_into(dialect, items)
    new = insert.excluded
    in_dam: ColumnElement[bool] = literal_column(f"substr(ledger_items.destination, 1, {len(DAM)}) = '{DAM}'")
    may_change = or_(_is_one_of(DAM_BEFORE_CREATE), and_(not_(in_dam), _is_one_of(BEFORE_CREATE)))
    # The create may have been sent with these: the look-up that follows must search for what was sent.
    sent = ("filename", "content_type", "source_created_at")
    told = {name: case((may_change, new[name]), else_=items.c[name]) for name in sent}
    told["bare_url"] = case((may_change, func.coalesce(new.bare_url, items.c.bare_url)), else_=items.c.bare_url)
    found = {
        name: new[name] for name in ("uri", "source_row", "details", "run_id", "owner", "lease_until", "updated_at")
    }
    reset = {"attempts": items.c.attempts + 1, "failure_reason": None, "failure_retryable": None}
    return insert.on_conflict_do_update(
        index_elements=[items.c.destination, items.c.sha256], set_=found | told | reset, where=_is_takeable(new)
    )


def _is_takeable(new: Any) -> Any:
    same_run = items.c.run_id == new.run_id
    same_place = and_(items.c.uri == new.uri, items.c.source_row.is_not_distinct_from(new.source_row))
    return and_(
        items.c.state != _word(State.READY),
        or_(items.c.failure_retryable.is_(None), items.c.failure_retryable),
        # `updated_at` of the new row is now. A repeated task claims again what its run holds already.
        or_(
            items.c.lease_until.is_(None),
            items.c.lease_until <= new.updated_at,
            and_(same_run, items.c.owner == new.owner),
        ),
        or_(~same_run, same_place),
    )


def _is_one_of(states: Iterable[State]) -> ColumnElement[bool]:
    return or_(*(items.c.state == _word(state) for state in states))


def _word(state: State) -> ColumnElement[str]:
    # Part of the statement: a parameter would be bound anew for each of its rows.
    return literal_column(f"'{state}'")


def _is_left_behind(row: Item, new: NewItem, run: Run, now: datetime) -> bool:
    return row.has_lease(now) and _verdict_on(row, new, run) is Verdict.HELD and is_gone(str(row.owner))


def _verdict(row: Item, new: NewItem, run: Run, firsts: dict[Key, NewItem]) -> Verdict:
    # Twice in one batch, even from one place: the second would be worked on beside the first.
    return _verdict_on(row, new, run) if firsts[new.key] is new else Verdict.DUPLICATE


def _verdict_on(row: Item, new: NewItem, run: Run) -> Verdict:
    # Shards of one run find each other's duplicates, as the run would have found them by itself.
    if family_of(row.run_id) == family_of(run.id) and (row.uri, row.source_row) != (storable(new.uri), new.source_row):
        return Verdict.DUPLICATE
    if row.state is State.READY:
        # Made ready by this very run: a repeated task sees it as its own, with nothing left to do.
        return Verdict.TAKEN if row.run_id == run.id else Verdict.DONE
    if row.is_quarantined:
        return Verdict.QUARANTINED
    return Verdict.TAKEN if (row.run_id, row.owner) == (run.id, run.owner) else Verdict.HELD


def _write_down(connection: Connection, claims: Iterable[Claim], run: Run, now: datetime) -> None:
    taken = [one.item for one in claims if one.verdict is Verdict.TAKEN and not one.item.state.is_final]
    add_moves(connection, run.id, now, [(item.key, item.state, _note(item)) for item in taken])


def _note(item: Item) -> str | None:
    return None if item.attempts == 1 else f"taken again, attempt {item.attempts}"
