"""Shards as runs of a deployment: started once, waited for, and started again elsewhere when their process has died."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import httpx
from prefect import get_run_logger
from prefect.client.orchestration import get_client
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from dashmedia.errors import SettingsError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State

#: Seconds between two looks at a shard's state.
LOOK_EVERY_S = 2.0

#: How often one shard is started: a process may die of a machine, but one that dies again and again dies of its work.
TRIES = 3

#: A worker that has taken a run starts its process within seconds; after so many the worker is taken for dead.
PENDING_MAX_S = 300.0

#: How long the Prefect server may not answer before the wait is given up, in seconds. The shards go on meanwhile.
OUTAGE_S = 600.0


@dataclass(frozen=True)
class ShardRun:
    """What is to run, and who knows whether it is alive.

    Attributes:
        deployment: `flow/deployment`, as `prefect.yaml` lists it.
        name: of the shard, for people.
        key: the same for the same shard of the same run, which therefore is never started twice.
        parameters: of the flow.
        has_died: whether the process at work on it is known to be dead; Prefect alone learns that after minutes, if at all.
        before_again: is called when it has ended by a crash, before it is started anew.
    """

    deployment: str
    name: str
    key: str
    parameters: Mapping[str, Any]
    has_died: Callable[[], bool] = field(default=lambda: False)
    before_again: Callable[[], None] = field(default=lambda: None)


def run_to_its_end(shard: ShardRun) -> FlowRun:
    """The last flow run of the shard, ended; `TRIES` at most, each by whichever worker is free.

    The flow run that comes here again, as after a crash of its own, finds the runs that it started before.

    Raises:
        SettingsError: the deployment does not exist.
        TransientError: the Prefect server did not answer for `OUTAGE_S`.
    """
    for number in range(1, TRIES):
        ended = _run_once(shard, number)
        if not _has_crashed(ended.state):
            return ended
        get_run_logger().warning("%s. It is started again.", complaint_of(ended, f"Shard {shard.name}"))
        shard.before_again()
    return _run_once(shard, TRIES)


def complaint_of(ended: FlowRun, who: str) -> str:
    """What is wrong with the end of a shard's run, without a full stop; empty when nothing is. `who` begins the sentence."""
    state = ended.state
    if state is not None and state.is_completed():
        return ""
    words = (state.message or "").rstrip(" .") if state else ""
    return f"{who}, flow run {ended.name}, ended as {state.name if state else 'unknown'}: {words or 'no reason given'}"


def _run_once(shard: ShardRun, number: int) -> FlowRun:
    key = shard.key if number == 1 else f"{shard.key}/again-{number}"
    with get_client(sync_client=True) as client:
        started = _patiently(lambda: _start(shard, key))
        while True:
            seen = cast("FlowRun", _patiently(lambda: client.read_flow_run(started.id)))
            if seen.state is not None and seen.state.is_final():
                return seen
            if _is_dead(shard, seen.state):
                _patiently(lambda: _declare_dead(client, started.id))
            else:
                time.sleep(LOOK_EVERY_S)


def _start(shard: ShardRun, key: str) -> FlowRun:
    try:
        started = run_deployment(shard.deployment, parameters=dict(shard.parameters), idempotency_key=key, timeout=0)
    except ObjectNotFound as error:
        raise SettingsError(
            f"There is no deployment {shard.deployment}. Make it with `prefect deploy --all`, or choose to run it here."
        ) from error
    return cast("FlowRun", started)


def _is_dead(shard: ShardRun, state: State | None) -> bool:
    if state is None:
        return False
    if state.is_pending():
        return (datetime.now(UTC) - state.timestamp).total_seconds() > PENDING_MAX_S
    return state.is_running() and shard.has_died()


def _declare_dead(client: SyncPrefectClient, run_id: UUID) -> None:
    """Prefect would show it as running for ever, and keep its slots."""
    words = "the process that ran it is dead: it no longer renews what it holds"
    client.set_flow_run_state(run_id, Crashed(message=words), force=True)


def _has_crashed(state: State | None) -> bool:
    return state is not None and state.is_crashed()


def _patiently(ask: Callable[[], Any]) -> Any:
    """What `ask` says, however long within `OUTAGE_S` the Prefect server is away.

    Raises:
        TransientError: it was away for longer.
    """
    began = time.monotonic()
    while True:
        try:
            return ask()
        except httpx.TransportError as error:
            seen = type(error).__name__
        except httpx.HTTPStatusError as error:
            if error.response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            seen = str(error.response.status_code)
        silent_s = time.monotonic() - began
        if silent_s > OUTAGE_S:
            raise TransientError("the Prefect server", f"no answer ({seen})", spent_s=silent_s)
        time.sleep(LOOK_EVERY_S)
