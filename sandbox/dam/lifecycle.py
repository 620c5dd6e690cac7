"""Assets change their state: `asset-lifecycle-transition-batch-jobs`, section 7 of the contract."""

# Pydantic reads these annotations at run time, so they are not postponed.
import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sandbox.dam.jobs.asset_jobs import AssetJobs
from sandbox.dam.jobs.job_type import Item, Outcome
from sandbox.dam.jobs.selecting import Selector, selected
from sandbox.dam.parsing import parsed

Transition = Literal[
    "STAGED_TO_PENDING_APPROVAL",
    "PENDING_APPROVAL_TO_LIVE",
    "STAGED_TO_LIVE",
    "LIVE_TO_BINNED",
    "STAGED_TO_BINNED",
    "PENDING_APPROVAL_TO_BINNED",
    "BINNED_TO_LIVE",
]
#: The date that an asset gets with its new state, by state. There is none for the bin.
DATED = {"PENDING_APPROVAL": "pending_ms", "LIVE": "live_ms"}


class TransitionRequest(BaseModel):
    """What moves, and how. `criterion` beside it, as the first version of the API had it, is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    transition: Transition
    selector: Selector


class LifecycleJobs(AssetJobs):
    """Moves of assets."""

    path = "asset-lifecycle-transition-batch-jobs"

    def parse(self, body: Any) -> list[Item]:
        """One item for each asset, which is selected now and looked at again when its turn comes."""
        asked = parsed(TransitionRequest, body)
        self.permissions.require("ASSET", _action(asked.transition))
        return [(asset_id, asked.transition) for asset_id in selected(asked.selector, self.catalogue)]

    def apply(self, key: str, item: str) -> dict[str, Any] | None:
        """One asset; jobs come by `apply_all`."""
        raise NotImplementedError("Transitions are done many at once.")

    def apply_all(self, items: Sequence[Item]) -> list[Outcome]:
        """Move those that are in the right state, with a few statements for all of them."""
        if not items:
            return []
        transition = items[0][1]
        source, target = transition.split("_TO_")
        states = self._states(key for key, _ in items)
        barred = self.permissions.barred("ASSET", _action(transition))
        outcomes = [self._judged(key, states.get(key), source, key in barred) for key, _ in items]
        movers = [key for (key, _), one in zip(items, outcomes, strict=True) if one.result]
        self._move(movers, transition, target)
        return outcomes

    def _states(self, asset_ids: Iterable[str]) -> dict[str, str]:
        found = self.store.run(
            "SELECT id, state FROM asset WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(asset_ids)),)
        )
        return dict(found)  # type: ignore[arg-type]  # rows of two columns

    def _judged(self, asset_id: str, state: str | None, source: str, is_barred: bool) -> Outcome:
        if state is None:
            return Outcome(failure=f"There is no asset {asset_id!r}.")
        if is_barred:
            return Outcome(failure=f"Access is denied: asset {asset_id} may not be moved.")
        if state == source:
            return Outcome(result={"id": asset_id})
        if self.catalogue.variant().wrong_state == "skipped":
            return Outcome()
        return Outcome(failure=f"Asset {asset_id} is {state}; only {source} assets can make this transition.")

    def _move(self, asset_ids: Sequence[str], transition: str, target: str) -> None:
        now_ms, ids = int(self.wall() * 1000), json.dumps(asset_ids)
        dated = f", {DATED[target]} = ?2" if target in DATED else ""
        self.store.run(
            f"UPDATE asset SET state = ?1, modified_ms = ?2{dated} WHERE id IN (SELECT value FROM json_each(?3))",  # noqa: S608 - our own names
            (target, now_ms, ids),
        )
        self.store.run(
            "INSERT INTO asset_move (asset_id, transition, at_ms) SELECT value, ?, ? FROM json_each(?)",
            (transition, now_ms, ids),
        )


def _action(transition: str) -> str:
    """What one must be permitted to do to each asset."""
    return f"CHANGE_LIFECYCLE_STATE_TO_{transition.split('_TO_')[1]}"
