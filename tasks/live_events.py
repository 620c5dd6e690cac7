"""Telling the world which assets became live."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from dashmedia.dam import wire
from dashmedia.dam.transitions import Transition
from dashmedia.ledger.promotion_conditions import by, of, untold
from dashmedia.ledger.promotion_schema import RowState

if TYPE_CHECKING:
    from dashmedia.ledger.promotion_rows import PlanRow, PlanRows
    from dashmedia.promotion.session import PromotionSession

#: Assets in one event. Prefect takes 100 related resources, its own flow and flow run among them; and an automation that
#: starts a run for every event must not start fifty thousand.
ASSETS_PER_EVENT = 50

#: Fixed for ever: an event that is emitted again after a kill has the same id.
NAMESPACE = UUID("0c1b9f52-6f0e-4d55-8f3c-3b6f6f1a8a07")


@task(task_run_name="announce live assets", cache_policy=NO_CACHE)
def announce_live(session: PromotionSession, rows: PlanRows) -> None:
    """Emit `dash.asset.live` for everything that became live and was not announced yet.

    An event is emitted before that is written down: after a kill the same assets may be announced twice, never not at all.
    """
    for step in Transition:
        if step.target == wire.LIVE:
            for page in rows.pages(of(RowState.MOVED) & by(step) & untold(), ASSETS_PER_EVENT):
                _emit(session, step, page)
                rows.announced([row.asset_id for row in page])


def _emit(session: PromotionSession, step: Transition, assets: list[PlanRow]) -> None:
    ids = [row.asset_id for row in assets]
    emit_event(
        "dash.asset.live",
        id=uuid5(NAMESPACE, "\n".join([session.run.id, *ids])),
        resource={
            "prefect.resource.id": f"dash.lifecycle.{step}",
            "prefect.resource.name": f"{len(assets)} assets became live",
        },
        related=[
            {"prefect.resource.id": f"dash.asset.{row.asset_id}", "prefect.resource.role": "asset", "name": row.name}
            for row in assets
        ],
        payload={"run_id": session.run.id, "account": session.account, "transition": str(step), "asset_ids": ids},
    )
