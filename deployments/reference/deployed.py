"""What `prefect.yaml` deploys."""

from __future__ import annotations

from typing import Any

import yaml

from deployments.reference.loading import ROOT
from deployments.reference.markdown import code, page, table

INTRODUCTION = """What `prefect.yaml` deploys, and when it runs. New schedules are off: give the deployment parameters of your own, then
switch it on in the UI, or all of them with `DASHMEDIA_SCHEDULES=on make deploy`."""

#: What becomes of a run that starts while as many are under way as may be.
MORE = {"ENQUEUE": "the next one waits", "CANCEL_NEW": "the next one is cancelled"}


def deployed_page() -> str:
    """The page."""
    listed = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    rows = [
        (code(each["name"]), each.get("description", ""), _when(each), _queue(each), _limit(each)) for each in listed
    ]
    return page("Deployments", INTRODUCTION, table(("deployment", "leaves behind", "runs", "queue", "at once"), rows))


def _when(deployment: dict[str, Any]) -> str:
    told = [_schedule(each) for each in deployment.get("schedules", [])]
    return "; ".join(told) or "by hand"


def _schedule(schedule: dict[str, Any]) -> str:
    rule = schedule.get("cron") or schedule.get("rrule") or f"every {schedule.get('interval')} s"
    return f"`{rule}` {schedule.get('timezone', 'UTC')}"


def _queue(deployment: dict[str, Any]) -> str:
    return code(deployment.get("work_pool", {}).get("work_queue_name") or "")


def _limit(deployment: dict[str, Any]) -> str:
    limit = deployment.get("concurrency_limit")
    if not limit:
        return "any number"
    return f"{limit['limit']}; {MORE[limit['collision_strategy']]}"
