"""A backfill shared out among runs of its own deployment, so that several machines take part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from tasks.downloads import export_day
from tasks.overlap import for_each_overlapping
from tasks.shard_runs import ShardRun, complaint_of, run_to_its_end

if TYPE_CHECKING:
    from dashmedia.exports.days import Shard
    from dashmedia.exports.session import ExportSession

#: The deployment that runs a shard, as `prefect.yaml` lists it.
DEPLOYMENT = "backfill-downloads/backfill-downloads"


def fill_days(session: ExportSession, credentials: str) -> None:
    """Export the chosen days: here, several at once, or as runs of the deployment."""
    if session.options.run_as == "here":
        for_each_overlapping(session.chosen, lambda day: export_day(session, day), session.options.parallel)
    elif shards := session.shards:
        for_each_overlapping(shards, lambda shard: run_shard(session, shard, credentials), len(shards))


@task(task_run_name="shard {shard}", cache_policy=NO_CACHE)
def run_shard(session: ExportSession, shard: Shard, credentials: str) -> None:
    """Have a run of the deployment export these days, and wait until it has ended, well or not.

    Raises:
        SettingsError: the deployment does not exist.
    """
    first, last = str(shard.days[0]), str(shard.days[-1])
    parameters = _parameters(session, first, last, credentials)
    run = ShardRun(DEPLOYMENT, str(shard), f"{flow_run.id}/{first}/{last}", parameters)
    session.note_shard(shard, complaint_of(run_to_its_end(run), "its shard"))


def _parameters(session: ExportSession, first: str, last: str, credentials: str) -> dict[str, Any]:
    chosen = session.options.model_dump(mode="json", include={"timezone", "destination", "formats", "mode"})
    return chosen | {"first_day": first, "last_day": last, "credentials": credentials, "rollups": False}
