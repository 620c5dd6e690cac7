"""Rows of one plan: an asset each, read in pages, so that fifty thousand of them are never in memory together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, select, update

from dashmedia.errors import LedgerError
from dashmedia.ledger.promotion_conditions import of
from dashmedia.ledger.promotion_schema import RowState, Stage, plans, rows
from dashmedia.ledger.rows import in_batches, insert_into
from dashmedia.ledger.schema import BATCH_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from dashmedia.ledger.database import Database
    from dashmedia.ledger.records import Run

#: Between the kinds of several reasons.
BETWEEN_KINDS = "\n"


class NewRow(NamedTuple):
    """An asset that a rule looked at. `kinds` and `words` are why it is held back, one for each reason; empty: it moves."""

    asset_id: str
    rule: str
    transition: str
    name: str
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class PlanRow(NamedTuple):
    """One row as it is read back."""

    asset_id: str
    rule: str
    transition: str
    name: str
    state: RowState
    kinds: tuple[str, ...]
    words: str
    request_key: str | None


class PlanRows:
    """The rows of a plan; every method is a transaction, or one for each page.

    Args:
        database: of the ledger.
        plan_id: which plan.
    """

    def __init__(self, database: Database, plan_id: str) -> None:
        self._database, self.plan_id = database, plan_id
        self._mine = rows.c.plan_id == plan_id

    def add(self, new: Sequence[NewRow]) -> None:
        """Keep what a rule found. An asset that an earlier rule moves stays with it; one that it held may move by this one."""
        with self._database.write() as connection:
            upsert = insert_into(connection.dialect.name, rows)
            replaced = {
                name: upsert.excluded[name] for name in ("rule", "transition", "name", "state", "kinds", "words")
            }
            key = ["plan_id", "asset_id"]
            was_held = rows.c.state == RowState.HELD
            if movers := [self._values(one) for one in sorted(new) if not one.kinds]:
                move = upsert.on_conflict_do_update(index_elements=key, set_=replaced, where=was_held)
                connection.execute(move, movers)
            if held := [self._values(one) for one in sorted(new) if one.kinds]:
                connection.execute(upsert.on_conflict_do_nothing(index_elements=key), held)

    def hold(self, found: Sequence[NewRow]) -> None:
        """Hold back what was planned by the same rule and does not satisfy it any longer."""
        planned = and_(self._mine, rows.c.asset_id == bindparam("one"), rows.c.rule == bindparam("by_rule"))
        change = update(rows).where(planned, rows.c.state == RowState.PLANNED)
        told = [self._values(one) for one in found]
        self._change(
            change.values({name: bindparam(f"new_{name}") for name in _OUTCOME}),
            [
                {"one": each["asset_id"], "by_rule": each["rule"]} | {f"new_{name}": each[name] for name in _OUTCOME}
                for each in told
            ],
        )

    def note(self, told: Mapping[str, str]) -> None:
        """Keep the service's words on assets that are submitted."""
        own = and_(self._mine, rows.c.asset_id == bindparam("one"))
        change = update(rows).where(own).values(words=bindparam("told"))
        self._change(change, [{"one": asset_id, "told": words} for asset_id, words in told.items()])

    def mark(self, ids: Collection[str], seen: str, rule: str | None = None) -> None:
        """Note where a search saw those of these assets whose end is not known; only those of the rule, if one is named."""
        chosen = [self._these(ids), of(RowState.PLANNED, RowState.SUBMITTED)]
        with self._database.write() as connection:
            of_rule = [rows.c.rule == rule] if rule is not None else []
            connection.execute(update(rows).where(*chosen, *of_rule).values(seen=seen))

    def unmark(self) -> None:
        """Forget where they were seen, before they are looked for again."""
        with self._database.write() as connection:
            connection.execute(update(rows).where(self._mine, rows.c.seen.is_not(None)).values(seen=None))

    def settle(self, state: RowState, condition: ColumnElement[bool], kind: str = "", words: str = "") -> int:
        """Put all rows that meet the condition into a state; without a kind their words are dropped. How many."""
        told: dict[str, Any] = {"kinds": kind or None, "words": func.coalesce(rows.c.words, words) if kind else None}
        with self._database.write() as connection:
            change = update(rows).where(self._mine, condition).values(state=state, **told)
            return connection.execute(change).rowcount

    def next_batch(self, run: Run, transition: str, size: int, request_key: str) -> list[str]:
        """The ids of the next planned assets, by now submitted under that key; none when there are no more.

        Raises:
            LedgerError: another run holds the plan.
        """
        planned = (self._mine, rows.c.state == RowState.PLANNED, rows.c.transition == transition)
        with self._database.write() as connection:
            self._require_held(connection, run)
            ids = list(
                connection.scalars(select(rows.c.asset_id).where(*planned).order_by(rows.c.asset_id).limit(size))
            )
            submitted = {"state": RowState.SUBMITTED, "request_key": request_key, "seen": None, "words": None}
            for batch in in_batches(ids):
                connection.execute(update(rows).where(self._these(batch)).values(**submitted))
        return ids

    def keys_under_way(self) -> list[tuple[str, str]]:
        """Request key and transition of every batch whose end is not known."""
        submitted = (self._mine, rows.c.state == RowState.SUBMITTED)
        found = select(rows.c.request_key, rows.c.transition).where(*submitted).distinct().order_by(rows.c.request_key)
        with self._database.read() as connection:
            return [(key, transition) for key, transition in connection.execute(found)]

    def ids(self, condition: ColumnElement[bool]) -> list[str]:
        """The assets whose rows meet the condition, in order."""
        with self._database.read() as connection:
            return list(
                connection.scalars(select(rows.c.asset_id).where(self._mine, condition).order_by(rows.c.asset_id))
            )

    def among(self, ids: Collection[str], condition: ColumnElement[bool]) -> dict[str, str]:
        """The transitions of those of these assets whose rows meet the condition, by id."""
        found = select(rows.c.asset_id, rows.c.transition).where(self._these(ids), condition)
        with self._database.read() as connection:
            return {row.asset_id: row.transition for row in connection.execute(found)}

    def count(self, condition: ColumnElement[bool]) -> int:
        """How many rows meet the condition."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).where(self._mine, condition)).scalar_one()

    def counts(self) -> list[tuple[str, str, RowState, int]]:
        """How many rows there are by rule, transition and state."""
        by = (rows.c.rule, rows.c.transition, rows.c.state)
        found = select(*by, func.count()).where(self._mine).group_by(*by).order_by(*by)
        with self._database.read() as connection:
            return [(rule, step, RowState(state), number) for rule, step, state, number in connection.execute(found)]

    def kinds(self, *states: RowState) -> dict[str, int]:
        """How many rows of these states are counted under each kind, most first; one with two reasons counts under both."""
        found = select(rows.c.kinds, func.count()).where(self._mine, of(*states), rows.c.kinds.is_not(None))
        told: dict[str, int] = {}
        with self._database.read() as connection:
            for several, number in connection.execute(found.group_by(rows.c.kinds)):
                for kind in several.split(BETWEEN_KINDS):
                    told[kind] = told.get(kind, 0) + number
        return dict(sorted(told.items(), key=lambda each: (-each[1], each[0])))

    def pages(self, condition: ColumnElement[bool], size: int = BATCH_ROWS) -> Iterator[list[PlanRow]]:
        """Rows that meet the condition, by asset id; what changes meanwhile is as it is when its page is read."""
        ordered = select(*(rows.c[name] for name in PlanRow._fields)).order_by(rows.c.asset_id).limit(size)
        after = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(ordered.where(self._mine, condition, rows.c.asset_id > after))
                page = [_read(PlanRow(*one)) for one in found]
            if page:
                yield page
            if len(page) < size:
                return
            after = page[-1].asset_id

    def announced(self, ids: Collection[str]) -> None:
        """Note that the world was told of these."""
        with self._database.write() as connection:
            connection.execute(update(rows).where(self._these(ids)).values(announced=True))

    def forget_others(self, account: str) -> None:
        """Remove what never moved from the account's other plans, which ended: what moved is kept to be undone."""
        ended = select(plans.c.plan_id).where(plans.c.account == account, plans.c.stage == Stage.ENDED)
        others = (rows.c.plan_id.in_(ended), rows.c.plan_id != self.plan_id)
        with self._database.write() as connection:
            connection.execute(delete(rows).where(*others, of(RowState.HELD, RowState.PLANNED)))

    def _these(self, ids: Collection[str]) -> ColumnElement[bool]:
        return and_(self._mine, rows.c.asset_id.in_(ids))

    def _change(self, statement: Any, values: list[dict[str, Any]]) -> None:
        if values:
            with self._database.write() as connection:
                connection.execute(statement, values)

    def _require_held(self, connection: Connection, run: Run) -> None:
        held = (plans.c.plan_id == self.plan_id, plans.c.run_id == run.id, plans.c.owner == run.owner)
        if connection.execute(select(plans.c.plan_id).where(*held)).first() is None:
            raise LedgerError(
                f"Another run took over the promotion plan {self.plan_id} of run {run.id}, whose lease had ended. "
                "This run stops before it sends anything more; look at the other run's report."
            )

    def _values(self, new: NewRow) -> dict[str, Any]:
        return {
            "plan_id": self.plan_id,
            "asset_id": new.asset_id,
            "rule": new.rule,
            "transition": new.transition,
            "name": new.name,
            "state": RowState.HELD if new.kinds else RowState.PLANNED,
            "kinds": BETWEEN_KINDS.join(new.kinds) or None,
            "words": "; ".join(new.words) or None,
            "request_key": None,
            "seen": None,
            "announced": False,
        }


_OUTCOME = ("state", "kinds", "words")


def _read(row: PlanRow) -> PlanRow:
    told = row.kinds.split(BETWEEN_KINDS) if isinstance(row.kinds, str) else ()
    return row._replace(state=RowState(row.state), kinds=tuple(told), words=row.words or "")
