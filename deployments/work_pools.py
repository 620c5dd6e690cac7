"""The work pool, and its queues in the order in which a busy worker empties them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prefect.client.schemas.objects import WorkPool, WorkQueue

    from deployments.changes import Change, Site

#: As `prefect.yaml` names it.
POOL = "media"

#: First what must be done by the morning, then what a person waits for, then what has time.
QUEUES = {"nightly": "What runs by the clock.", "hand": "What a person starts.", "backfill": "What has time."}


def arrange_work_pool(site: Site) -> Iterator[Change]:
    """The pool and its queues are there. A pool of another type, as for containers, stays what it is."""
    there = _pool(site)
    yield site.settle(
        "work pool", POOL, seen=None if there is None else {}, wanted={}, write=lambda: _make_pool(site),
        note=f"type {there.type if there else ProcessWorker.type}",
    )  # fmt: skip
    queues = _queues(site)
    for priority, (name, words) in enumerate(QUEUES.items(), start=1):
        yield _arrange_queue(site, queues.get(name), name, priority, words)


def _pool(site: Site) -> WorkPool | None:
    try:
        return site.client.read_work_pool(POOL)
    except ObjectNotFound:
        return None


def _make_pool(site: Site) -> None:
    template = ProcessWorker.get_default_base_job_template()
    pool = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
    pool.description = "Runs of dashmedia, as processes of the machine where a worker runs."
    site.client.create_work_pool(pool)


def _queues(site: Site) -> dict[str, WorkQueue]:
    try:
        return {queue.name: queue for queue in site.client.read_work_queues(work_pool_name=POOL)}
    except ObjectNotFound:  # a dry run, before there is a pool
        return {}


def _arrange_queue(site: Site, seen: WorkQueue | None, name: str, priority: int, words: str) -> Change:
    def write() -> None:
        if seen is None:
            site.client.create_work_queue(name, description=words, priority=priority, work_pool_name=POOL)
        else:
            path = {"work_pool_name": POOL, "name": name}
            site.client.request(
                "PATCH", "/work_pools/{work_pool_name}/queues/{name}", path_params=path, json={"priority": priority}
            )

    return site.settle(
        "work queue", name, seen=None if seen is None else {"priority": seen.priority}, wanted={"priority": priority}, write=write,
        note=f"priority {priority}",
    )  # fmt: skip
