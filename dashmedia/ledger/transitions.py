"""Steps and failures of rows that a run holds. Rows that it no longer holds are left alone and handed back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, update

from dashmedia.errors import IllegalTransitionError
from dashmedia.ledger import open_uploads
from dashmedia.ledger.claims import NOBODY
from dashmedia.ledger.destinations import is_dam
from dashmedia.ledger.moves import add_moves
from dashmedia.ledger.rows import THESE, by_destination, lock_items
from dashmedia.ledger.schema import items
from dashmedia.ledger.states import DAM_STEPS, FAILED, STEPS, objection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from dashmedia.ledger.records import Failure, Key, Run, Transition
    from dashmedia.ledger.rows import Held

_ROW = update(items).where(items.c.destination == bindparam("d"), items.c.sha256 == bindparam("s"))

_STEP = _ROW.values(
    state=bindparam("to"),
    remote_id=func.coalesce(bindparam("new_remote_id", type_=items.c.remote_id.type), items.c.remote_id),
    bare_url=func.coalesce(bindparam("new_bare_url", type_=items.c.bare_url.type), items.c.bare_url),
    lease_until=bindparam("until"),
    updated_at=bindparam("now"),
)

#: The step of many rows that brings nothing but the new state, in one statement.
_PLAIN_STEP = (
    update(items)
    .where(*THESE)
    .values(state=bindparam("to"), lease_until=bindparam("until"), updated_at=bindparam("now"))
)

_LET_GO = update(items).where(*THESE).values(**NOBODY)

_STOP = _ROW.values(
    failure_reason=bindparam("reason"), failure_retryable=bindparam("retryable"), updated_at=bindparam("now"), **NOBODY
)


def record(
    connection: Connection, run: Run, transitions: Sequence[Transition], now: datetime, until: datetime
) -> set[Key]:
    """Take the steps, in their order, and hold the rows until `until`; a row that becomes ready is let go.

    Returns:
        Keys that the run no longer holds, or whose asset another content has by now. Nothing was written to them.

    Raises:
        IllegalTransitionError: for the first step that is refused; then none of them is taken.
    """
    held, lost = _held(connection, run, [step.key for step in transitions])
    taken = open_uploads.taken(connection, {step.key: step.upload for step in transitions if step.upload})
    held, lost = {key: row for key, row in held.items() if key not in taken}, lost | taken
    steps = [step for step in transitions if step.key in held]
    _refuse_illegal(held, steps)
    _write(connection, steps, now, until)
    add_moves(connection, run.id, now, [(step.key, step.state, step.note) for step in steps])
    return lost


def _write(connection: Connection, steps: Sequence[Transition], now: datetime, until: datetime) -> None:
    is_plain = all(step.state is steps[0].state and not (step.remote_id or step.bare_url) for step in steps)
    if steps and is_plain:
        for these in by_destination({step.key for step in steps}):
            connection.execute(_PLAIN_STEP, these | {"to": steps[0].state, "until": until, "now": now})
    elif steps:
        connection.execute(_STEP, [_step_values(step, now, until) for step in steps])
    final = [step.key for step in steps if step.state.is_final]
    for these in by_destination(final):
        connection.execute(_LET_GO, these)
    open_uploads.keep(connection, {step.key: step.upload for step in steps if step.upload})
    open_uploads.forget(connection, (key for key in final if is_dam(key.destination)))


def fail(connection: Connection, run: Run, failures: Sequence[Failure], now: datetime) -> set[Key]:
    """Set the reasons and let the rows go; the state that each had reached stays. Returns as `record`."""
    held, lost = _held(connection, run, [failure.key for failure in failures])
    stops = [failure for failure in failures if failure.key in held]
    if stops:
        connection.execute(_STOP, [_stop_values(failure, now) for failure in stops])
    add_moves(connection, run.id, now, [(failure.key, FAILED, failure.reason) for failure in stops])
    return lost


def _held(connection: Connection, run: Run, keys: Sequence[Key]) -> tuple[dict[Key, Held], set[Key]]:
    rows = lock_items(connection, set(keys))
    held = {key: row for key, row in rows.items() if (row.run_id, row.owner) == (run.id, run.owner)}
    return held, set(keys) - set(held)


def _refuse_illegal(held: dict[Key, Held], steps: Sequence[Transition]) -> None:
    states = {key: row.state for key, row in held.items()}
    ids = {key for key, row in held.items() if row.remote_id}
    for step in steps:
        if step.remote_id:
            ids.add(step.key)
        legal = DAM_STEPS if is_dam(step.key.destination) else STEPS
        has_id = step.key in ids
        refused = objection(states[step.key], step.state, adopted=step.adopted, has_remote_id=has_id, steps=legal)
        if refused:
            raise IllegalTransitionError(
                f"{step.key.destination} {step.key.sha256[:12]} ({held[step.key].filename}): "
                f"the step from `{states[step.key]}` to `{step.state}` is refused; {refused}. "
                f"None of these {len(steps)} steps was recorded; this is a mistake in the program, please report it."
            )
        states[step.key] = step.state


def _step_values(step: Transition, now: datetime, until: datetime) -> dict[str, Any]:
    return {
        "d": step.key.destination,
        "s": step.key.sha256,
        "to": step.state,
        "new_remote_id": step.remote_id,
        "new_bare_url": step.bare_url,
        "until": until,
        "now": now,
    }


def _stop_values(failure: Failure, now: datetime) -> dict[str, Any]:
    return {
        "d": failure.key.destination,
        "s": failure.key.sha256,
        "reason": failure.reason or "no reason was given",
        "retryable": failure.retryable,
        "now": now,
    }
