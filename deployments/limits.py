"""The rates that all runs on all machines keep together, as global concurrency limits of the Prefect server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectNotFound

from deployments.blocks import SERVICES, requests_per_minute
from tasks.leased_rate import bucket_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployments.changes import Change, Site


def arrange_limits(site: Site) -> Iterator[Change]:
    """One limit for each service: the requests a minute of its credentials block, or those of the environment."""
    for each in SERVICES:
        yield _arrange(site, each.limit, requests_per_minute(site, each))


def _arrange(site: Site, name: str, per_minute: int) -> Change:
    bucket = bucket_for(per_minute)
    wanted = {"limit": bucket.slots, "slot_decay_per_second": bucket.per_second}
    seen = _seen(site, name)

    def write() -> None:
        if seen is None:
            site.client.create_global_concurrency_limit(
                GlobalConcurrencyLimitCreate.model_validate({"name": name, **wanted})
            )
        else:
            site.client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate.model_validate(wanted))

    return site.settle(
        "concurrency limit", name, seen=seen, wanted=wanted, write=write, note=f"{per_minute:,} requests a minute"
    )


def _seen(site: Site, name: str) -> dict[str, float] | None:
    try:
        limit = site.client.read_global_concurrency_limit_by_name(name)
    except ObjectNotFound:
        return None
    return {"limit": limit.limit, "slot_decay_per_second": limit.slot_decay_per_second}
