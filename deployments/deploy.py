"""Set a Prefect server up and make every deployment of `prefect.yaml` on it. Run it as often as you like.

`python -m deployments.deploy`, or `make deploy`, works on the server of PREFECT_API_URL; docs/decisions/0010-deployments.md lists
the variables it reads. It says a line for each thing; `--dry-run` says what would change.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import yaml
from prefect.exceptions import ObjectNotFound

from dashmedia.errors import DashMediaError, SettingsError
from dashmedia.interrupts import interruptible
from deployments.automations import arrange_automations
from deployments.places import PLACES, ROOT
from deployments.schedules import VARIABLE, starts_by_itself
from deployments.setup import before_deploying, complain, open_site, read_options, summary, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from prefect.client.schemas.responses import DeploymentResponse

    from deployments.changes import Change, Site

#: Members that change with every deployment, or with what people do in the UI.
PASSING = {
    "id", "created", "updated", "created_by", "updated_by", "flow_id", "last_polled", "status", "version", "version_id",
    "version_info", "branch", "base", "root", "global_concurrency_limit", "work_queue_id", "schedules",
}  # fmt: skip


def main() -> int:
    """Set up and deploy; 1 when something is wrong, after one sentence that says what."""
    options = read_options("python -m deployments.deploy", __doc__)
    try:
        with open_site(options) as site:
            require_places(site.env)
            changes = [
                *tell(before_deploying(site), site),
                *tell(deploy(site), site),
                *tell(arrange_automations(site), site),
            ]
    except DashMediaError as error:
        return complain(error)
    print(summary(changes, dry_run=options.dry_run))
    return 0


def require_places(env: Mapping[str, str]) -> None:
    """Raises `SettingsError` when schedules are switched on and would fail every hour for want of a place."""
    missing = [name for name in PLACES.values() if not env.get(name, "").strip()]
    if starts_by_itself(env) and missing:
        raise SettingsError(
            f"{VARIABLE} is on and {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set, so what is "
            "scheduled would fail. Set them to the source of UGC and to the folder or URL of the exports, as a worker sees them."
        )


def deploy(site: Site, file: Path = ROOT / "prefect.yaml") -> Iterator[Change]:
    """Every deployment is as `prefect.yaml` has it.

    Raises:
        SettingsError: `prefect deploy` refused; its words are quoted.
    """
    listed = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    names = [full_name(each) for each in listed]
    seen = {name: _find(site, name) for name in names}
    if not site.dry_run:
        _deploy_these(site, [name for name in names if seen[name] is None], "off")
        _deploy_these(site, [name for name in names if seen[name] is not None], "")
    for name in names:
        if not site.dry_run and starts_by_itself(site.env) is None:
            _switch_off_new_schedules(site, name, seen[name])
        yield _compare(site, name, seen[name])


def full_name(listed: Mapping[str, str]) -> str:
    """How the server calls an entry of `prefect.yaml`: flow and deployment."""
    return f"{listed['entrypoint'].rpartition('.')[2].replace('_', '-')}/{listed['name']}"


def _find(site: Site, name: str) -> DeploymentResponse | None:
    try:
        return site.client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _deploy_these(site: Site, names: list[str], schedules: str) -> None:
    """Have Prefect do it. `schedules` holds where the environment does not say whether they are on; empty leaves them alone."""
    if not names:
        return
    said = site.env.get(VARIABLE, "").strip() or schedules
    chosen = [word for name in names for word in ("--name", name.partition("/")[2])]
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", *chosen], cwd=ROOT, env={**site.env, VARIABLE: said},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SettingsError(
            f"`prefect deploy` did not make {', '.join(names)}. It said:\n{(done.stdout + done.stderr)[-2000:]}"
        )


def _switch_off_new_schedules(site: Site, name: str, before: DeploymentResponse | None) -> None:
    """Those that an update of ours brings: Prefect has made them on."""
    known = {each.slug for each in before.schedules} if before else set()
    after = _find(site, name)
    if after is None:
        return
    for each in after.schedules:
        if each.active and each.slug not in known:
            site.client.update_deployment_schedule(after.id, each.id, active=False)


def _compare(site: Site, name: str, before: DeploymentResponse | None) -> Change:
    """What became of it. A dry run cannot know what Prefect would find different."""
    after = before if site.dry_run else _find(site, name)
    seen = None if before is None else _lasting(before)
    return site.settle(
        "deployment",
        name.partition("/")[2],
        seen=seen,
        wanted=_lasting(after) if after else {},
        write=lambda: None,
        note=_words(after),
    )


def _lasting(deployment: DeploymentResponse) -> dict[str, Any]:
    schedules = {each.slug: (each.schedule.model_dump(), each.active, each.parameters) for each in deployment.schedules}
    return deployment.model_dump(exclude=PASSING) | {"schedules": schedules}


def _words(deployment: DeploymentResponse | None) -> str:
    """Which queue, and when."""
    if deployment is None:
        return ""
    times = [
        f"{getattr(each.schedule, 'cron', each.schedule)} {'on' if each.active else 'off'}"
        for each in deployment.schedules
    ]
    return f"queue {deployment.work_queue_name}; {', '.join(times) or 'by hand'}"


if __name__ == "__main__":
    with interruptible():
        sys.exit(main())
