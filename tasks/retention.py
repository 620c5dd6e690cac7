"""Clearing the Prefect server of old flow runs and of artifacts whose run is gone.

Why not the server's own vacuum (`PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs`, off by default)? It is one period
for everything: it spares no failed run, no tag, no deployment and no promotion, and tells nobody what went. What it does for
events by default is left to it.

Deleting a run takes its task runs, their states and its inputs with it, and the server removes its logs afterwards. Its
artifacts stay behind, so a second step looks for those without a run: that also finds what a killed clearing left.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect import get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import TERMINAL_STATES, Artifact, FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from dashmedia.errors import SettingsError
from dashmedia.ledger import Ledger
from tasks.progress import Progress, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prefect.client.orchestration import SyncPrefectClient

    from tasks.retention_options import RetentionOptions

#: Rows of one read; the server's own limit (`PREFECT_API_DEFAULT_LIMIT`).
PAGE = 200

#: After each deletion the server rests as long as it took, and at least so long, in seconds: it is never more than half ours.
SHORTEST_REST_S = 0.1

#: Ended, and not as they were meant to.
FAILED_STATES = frozenset({StateType.FAILED, StateType.CRASHED})


class Clearing:
    """One clearing: what was chosen, what is at hand, and what happened so far.

    Attributes:
        gone: runs deleted (in a dry run: that would be), by the name of their flow.
        kept: old runs that stay, by reason.
        artifacts_gone: artifacts deleted (in a dry run: that would be).
        looked_at: runs and artifacts looked at.
        total: of how many, as far as known.
    """

    def __init__(
        self,
        options: RetentionOptions,
        client: SyncPrefectClient,
        ledger: Ledger,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options, self.client, self.ledger, self.began = options, client, ledger, now()
        self._sleep = sleep
        self.gone: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.artifacts_gone = 0
        self.looked_at, self.total = 0, 0
        self.spared_deployments = _deployment_ids(client, options.keep_deployments)
        self.flow_names: dict[UUID, str] = {}

    def before(self, days: float) -> datetime:
        """The moment so many days ago."""
        return self.began - timedelta(days=days)

    def delete_runs(self, run_ids: Iterable[UUID], older_than: FlowRunFilter) -> set[UUID]:
        """Delete those that still are as the filter says: a run that somebody retries meanwhile stays."""
        chosen = older_than.model_copy(update={"id": FlowRunFilterId(any_=list(run_ids))})
        with self._resting():
            answer = self.client.request(
                "POST",
                "/flow_runs/bulk_delete",  # type: ignore[arg-type]  # the client's list of routes lacks it
                json={"flow_runs": chosen.model_dump(mode="json", exclude_unset=True)},
            )
        return {UUID(one) for one in answer.raise_for_status().json()["deleted"]}

    def delete_artifact(self, artifact_id: UUID) -> None:
        """Delete one; it may be gone already."""
        with self._resting(), suppress(ObjectNotFound):
            self.client.delete_artifact(artifact_id)

    def name_of(self, run: FlowRun) -> str:
        """The name of its flow, asked for once."""
        if run.flow_id not in self.flow_names:
            self.flow_names[run.flow_id] = self.client.read_flow(run.flow_id).name
        return self.flow_names[run.flow_id]

    @contextmanager
    def _resting(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._sleep(max(SHORTEST_REST_S, time.monotonic() - began))


@contextmanager
def open_clearing(options: RetentionOptions, ledger_url: str | None) -> Iterator[Clearing]:
    """The server at hand and the ledger that knows of promotions, shown in the UI while it goes on.

    Raises:
        SettingsError: a deployment to keep does not exist.
        LedgerError: the ledger cannot be opened: then nobody knows which promotions may be taken back, and nothing is deleted.
    """
    with get_client(sync_client=True, httpx_settings={"timeout": 120}) as client, Ledger.open(ledger_url) as ledger:
        clearing = Clearing(options, client, ledger, now=lambda: datetime.now(UTC))
        with shown(
            "clearing-progress", lambda: Progress("runs and artifacts", clearing.looked_at, clearing.total or None)
        ):
            yield clearing


@task(task_run_name="remove old flow runs", cache_policy=NO_CACHE)
def remove_flow_runs(clearing: Clearing) -> None:
    """Delete every old run that nothing speaks for; may be stopped anywhere and run again."""
    options = clearing.options
    periods = (
        (TERMINAL_STATES - FAILED_STATES, options.keep_days),
        (FAILED_STATES, options.keep_failed_days),
    )
    for states, days in periods:
        _remove_in(clearing, _ended_before(clearing.before(days), states))


def _remove_in(clearing: Clearing, older_than: FlowRunFilter) -> None:
    clearing.total += clearing.client.count_flow_runs(flow_run_filter=older_than)
    stays = 0
    while page := clearing.client.read_flow_runs(
        flow_run_filter=older_than, sort=FlowRunSort.START_TIME_ASC, limit=PAGE, offset=stays
    ):
        going = _sorted_out(clearing, page)
        stays += len(page) - len(going)
        for batch in _batches(going, clearing.options.batch_size):
            done = set(batch) if clearing.options.dry_run else clearing.delete_runs(batch, older_than)
            clearing.gone.update(going[one] for one in done)
            # In a dry run all are still there. Else what was not deleted is being retried; it may be listed again, and must
            # not be asked for for ever.
            stays += len(batch) - (0 if clearing.options.dry_run else len(done))
        clearing.looked_at += len(page)


def _sorted_out(clearing: Clearing, page: list[FlowRun]) -> dict[UUID, str]:
    """Those that go, with the name of their flow; why the others stay is counted."""
    promotions = clearing.ledger.promotions.known_runs([str(run.id) for run in page])
    going: dict[UUID, str] = {}
    for run in page:
        reason = _spoken_for(clearing, run, promotions.get(str(run.id)))
        if reason:
            clearing.kept[reason] += 1
        else:
            going[run.id] = clearing.name_of(run)
    return going


def _spoken_for(clearing: Clearing, run: FlowRun, promotion_is_open: bool | None) -> str | None:
    """Why an old run stays, or None."""
    options = clearing.options
    if tags := sorted({*options.keep_tags} & {*run.tags}):
        return f"tag {tags[0]}"
    if run.deployment_id in clearing.spared_deployments:
        return f"deployment {clearing.spared_deployments[run.deployment_id]}"
    if promotion_is_open:
        return "its promotion has not ended"
    if promotion_is_open is not None and (run.end_time or clearing.began) > clearing.before(
        options.keep_promotions_days
    ):
        return f"a promotion that may be taken back, kept for {options.keep_promotions_days:g} days"
    return None


@task(task_run_name="remove artifacts without a run", cache_policy=NO_CACHE)
def remove_artifacts(clearing: Clearing) -> None:
    """Delete old artifacts whose flow run is gone; those that belong to no run were made by somebody else, and stay.

    The server lists them newest first and by nothing else, so they are read from the end.
    """
    cutoff = clearing.before(min(clearing.options.keep_days, clearing.options.keep_failed_days))
    stays = 0
    while page := _oldest_artifacts(clearing.client, stays):
        old = [one for one in page if one.created and one.created < cutoff]
        going = _without_run(clearing.client, old)
        if not clearing.options.dry_run:
            for one in going:
                clearing.delete_artifact(one.id)
        clearing.artifacts_gone += len(going)
        clearing.looked_at += len(old)
        clearing.total = max(clearing.total, clearing.looked_at)
        stays += len(page) - (0 if clearing.options.dry_run else len(going))
        if len(old) < len(page):
            return


def _oldest_artifacts(client: SyncPrefectClient, skipped: int) -> list[Artifact]:
    """Up to a page of artifacts from the end, without the oldest `skipped`."""
    count = client.request("POST", "/artifacts/count", json={}).raise_for_status().json()
    end = max(0, count - skipped)
    begin = max(0, end - PAGE)
    body: dict[str, Any] = {"sort": "CREATED_DESC", "limit": end - begin, "offset": begin}
    if begin == end:
        return []
    rows = client.request("POST", "/artifacts/filter", json=body).raise_for_status().json()
    return [Artifact.model_validate(row) for row in rows]


def _without_run(client: SyncPrefectClient, artifacts: list[Artifact]) -> list[Artifact]:
    run_ids = {one.flow_run_id for one in artifacts if one.flow_run_id}
    if not run_ids:
        return []
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids)))
    there = {run.id for run in client.read_flow_runs(flow_run_filter=wanted, limit=PAGE)}
    return [one for one in artifacts if one.flow_run_id in run_ids - there]


def _ended_before(moment: datetime, states: Iterable[StateType]) -> FlowRunFilter:
    return FlowRunFilter.model_validate({"state": {"type": {"any_": sorted(states)}}, "end_time": {"before_": moment}})


def _deployment_ids(client: SyncPrefectClient, names: Iterable[str]) -> dict[UUID, str]:
    """Ids of deployments by name, such as `promote-lifecycle`, or `promote-lifecycle/promote-lifecycle`."""
    found: dict[UUID, str] = {}
    for name in names:
        chosen = DeploymentFilter.model_validate({"name": {"any_": [name.rpartition("/")[2]]}})
        deployments = client.read_deployments(deployment_filter=chosen)
        if not deployments:
            raise SettingsError(
                f"keep_deployments: the server has no deployment {name}. Nothing was deleted; write its name as the UI shows it."
            )
        found |= {one.id: name for one in deployments}
    return found


def _batches(going: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    rest = list(going)
    yield from (rest[start : start + size] for start in range(0, len(rest), size))
