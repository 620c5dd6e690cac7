"""What the Prefect server does by itself: tells people of trouble, ends dead runs, starts the flow that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, RunDeployment, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound

from deployments.notifications import BLOCK_VARIABLE, URL_VARIABLE, find_target
from deployments.schedules import starts_by_itself

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from prefect.events.schemas.automations import Automation

    from deployments.changes import Change, Site

#: Every deployment of `prefect.yaml` has it, and so does every run of one: others on the same server are left alone.
TAG = "dashmedia"

#: A run that has not been heard of for so long is dead. `prefect.yaml` has every run tell every 30 s that it lives; the rest
#: is for a server that is away for a moment.
MINUTES = 5
SILENCE = timedelta(minutes=MINUTES)

RUN = "prefect.flow-run"
HEARTBEAT = f"{RUN}.heartbeat"

#: How a run stops being heard of although nothing is wrong.
ENDS = {f"{RUN}.{state}" for state in ("Completed", "Failed", "TimedOut", "Cancelled", "Crashed", "Suspended")}

BODY = "{{ flow_run.state.message }}\n\nOpen the run: {{ flow_run|ui_url }}"


@dataclass(frozen=True)
class Wanted:
    """An automation as it is to be.

    Attributes:
        name: in the UI, after `TAG`.
        why: its description there.
        trigger: when it acts.
        action: what it does; None when what it needs is not there.
        missing: what is not there then, and what to do about it.
        on_at_first: whether it is switched on when it is made; after that, people switch it.
        on: what the environment says of it, at any time; None when it says nothing.
    """

    name: str
    why: str
    trigger: EventTrigger
    action: ActionTypes | None
    missing: str = ""
    on_at_first: bool = True
    on: bool | None = None

    def beside(self, seen: Automation | None) -> AutomationCore:
        """The same as the server is to have it, where it has `seen`; what it did stays while there is nothing better."""
        could_act = seen is not None and not isinstance(seen.actions[0], DoNothing)
        actions = [self.action] if self.action else seen.actions if seen else [DoNothing()]
        left = seen.enabled if seen and could_act else self.on_at_first
        can_act = could_act or self.action is not None
        return AutomationCore(
            name=f"{TAG}: {self.name}", description=self.why, trigger=self.trigger, actions=actions,
            enabled=can_act and (left if self.on is None else self.on),
        )  # fmt: skip


def arrange_automations(site: Site) -> Iterator[Change]:
    """All of them are there; those that cannot act yet are switched off, and say why."""
    there = {each.name: each for each in site.client.read_automations()}
    target = find_target(site)
    for wanted in (*_messages(target), _no_zombies(), _promotion(site), _after_live(site)):
        yield _arrange(site, wanted, there.get(f"{TAG}: {wanted.name}"))


def _messages(target: UUID | None) -> Iterator[Wanted]:
    missing = f"nobody to tell: set {URL_VARIABLE} or {BLOCK_VARIABLE} and run this again"
    yield Wanted(
        "tell when a run failed", "Somebody gets a message when a run failed, crashed or took too long.",
        _of_runs({f"{RUN}.Failed", f"{RUN}.TimedOut", f"{RUN}.Crashed"}),
        _message(target, "{{ flow_run.name }} has failed", BODY), missing,
    )  # fmt: skip
    late = "It should have begun by now. Does a worker of its work pool run, and has it room?\n\nOpen the run: {{ flow_run|ui_url }}"
    yield Wanted(
        "tell when a run is late", "Somebody gets a message when a run has not begun in time, as when no worker runs.",
        _of_runs({f"{RUN}.Late"}), _message(target, "{{ flow_run.name }} is late", late), missing,
    )  # fmt: skip


def _message(target: UUID | None, subject: str, body: str) -> SendNotification | None:
    return None if target is None else SendNotification(block_document_id=target, subject=subject, body=body)


def _no_zombies() -> Wanted:
    return Wanted(
        "end runs that are dead", f"A run whose process is gone is marked as crashed {MINUTES} minutes after its last sign of life.",
        _of_runs({HEARTBEAT, *ENDS}, after={HEARTBEAT}, posture=Posture.Proactive, within=SILENCE),
        ChangeFlowRunState(
            state=StateType.CRASHED, message=f"No sign of life for {MINUTES} minutes: its process is gone. Run it again; only what is left is done."
        ),
    )  # fmt: skip


def _promotion(site: Site) -> Wanted:
    trigger = EventTrigger(expect={"dash.ugc.ready"}, match={"prefect.resource.id": "dash.dam:*", "dash.new": "yes"})
    return Wanted(
        "promote UGC that has arrived in Dash", "A plan of what may be promoted waits for your answer as soon as UGC is in Dash.",
        trigger, *_start(site, "promote-lifecycle", {"approval": "ask"}), on_at_first=False, on=starts_by_itself(site.env),
    )  # fmt: skip


def _after_live(site: Site) -> Wanted:
    return Wanted(
        "go on with assets that became live", "Assets that became live in Dash are brought to Dash Social.",
        EventTrigger(expect={"dash.asset.live"}, match={"prefect.resource.id": "dash.lifecycle.*"}),
        *_start(site, "sync-approved", {}), on_at_first=False, on=starts_by_itself(site.env),
    )  # fmt: skip


def _start(site: Site, deployment: str, parameters: dict[str, str]) -> tuple[RunDeployment | None, str]:
    try:
        found = site.client.read_deployment_by_name(f"{deployment}/{deployment}")
    except ObjectNotFound:
        return None, f"there is no deployment {deployment} yet"
    return RunDeployment(source="selected", deployment_id=found.id, parameters=parameters or None), ""


def _of_runs(
    expect: set[str], *, after: frozenset[str] | set[str] = frozenset(), posture: Posture = Posture.Reactive,
    within: timedelta = timedelta(0),
) -> EventTrigger:  # fmt: skip
    """For each run of ours by itself."""
    return EventTrigger(
        expect=expect, after=set(after), posture=posture, within=within, for_each={"prefect.resource.id"},
        match={"prefect.resource.id": f"{RUN}.*"},
        match_related={"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"},
    )  # fmt: skip


def _arrange(site: Site, wanted: Wanted, seen: Automation | None) -> Change:
    core = wanted.beside(seen)

    def write() -> None:
        if seen is None:
            site.client.create_automation(core)
        else:
            # The client sends only what was set, and the server wants all of it but the owner.
            whole = AutomationCore.model_validate(core.model_dump(mode="json", exclude={"owner_resource"}))
            site.client.update_automation(seen.id, whole)

    return site.settle(
        "automation", wanted.name, seen=None if seen is None else _compared(seen), wanted=_compared(core), write=write,
        note="on" if core.enabled else f"off{wanted.missing and ': '}{wanted.missing}",
    )  # fmt: skip


def _compared(core: AutomationCore) -> dict[str, Any]:
    return core.model_dump(include={"description", "enabled", "trigger", "actions"})
