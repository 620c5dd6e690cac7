"""The vendor's limit, kept by four processes together: how much of it they use, and whether they ever pass it.

Each process sends as much as it may, by the rate that they lease from a global concurrency limit of a real Prefect server, set up as
`make deploy` sets it up (docs/decisions/0011-several-machines.md). The sandbox counts every request by second, refused ones included, and
refuses what is beyond the limit. All begin at once, with a full bucket.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from benchmarks.result import Result
from benchmarks.scene import ROOT, scene
from dashmedia.limits import SOCIAL_REQUESTS_PER_MINUTE
from deployments.changes import Site
from deployments.limits import arrange_limits

if TYPE_CHECKING:
    from benchmarks.scene import Scene

#: Seconds that are added up to one minute: one more, so that no minute that begins within a second holds more.
MINUTE = 61


@dataclass(frozen=True)
class Size:
    """So many processes of so many threads each send for so long."""

    processes: int = 4
    threads: int = 8
    seconds: float = 180
    per_minute: int = SOCIAL_REQUESTS_PER_MINUTE


FULL = Size()


def run(size: Size = FULL) -> list[Result]:
    """See `measure`."""
    with scene(requests_per_minute=size.per_minute) as here:
        return measure(here, size)


def measure(here: Scene, size: Size) -> list[Result]:
    """Requests of the busiest minute, the share of the limit that was used, and refusals; as the sandbox saw them."""
    set_up(here.env)
    here.sandbox.forget("requests")
    sent = _send(here, size)
    by_second = {int(second): number for second, number in here.sandbox.ask("rates")["social"].items()}
    return _results(size, sent, by_second, _refused(here))


def _results(size: Size, sent: list[int], by_second: dict[int, int], refused: int) -> list[Result]:
    busiest = max(sum(by_second.get(at, 0) for at in range(start, start + MINUTE)) for start in by_second)
    # The last second may be one that had hardly begun.
    at_work = max(by_second) - min(by_second)
    a_minute = sum(number for at, number in by_second.items() if at < max(by_second)) / max(1, at_work) * 60
    quarter = sum(sent) / size.processes
    what = f"{size.processes} processes, {size.seconds:.0f} s"
    limit = size.per_minute
    return [
        Result("shared_rate.busiest", f"{what}, requests of the busiest minute: against the limit", busiest, limit, busiest / limit, at_most=1.0),
        Result("shared_rate.share", f"{what}, requests a minute: against the limit", a_minute, limit, a_minute / limit, at_least=0.85),
        Result("shared_rate.refused", f"{what}, answers 429: against all requests", refused, sum(sent), refused / sum(sent), at_most=0.0),
        Result("shared_rate.least", f"{what}, requests of the process that sent least: against an equal share", min(sent), quarter, min(sent) / quarter),
    ]  # fmt: skip


def _send(here: Scene, size: Size) -> list[int]:
    """All processes from one moment on; how many requests each sent."""
    command = [sys.executable, "-m", "benchmarks.one_sender", str(size.seconds), str(size.threads)]
    env = {**os.environ, **here.env, "PREFECT_LOGGING_LEVEL": "ERROR"}
    senders = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(size.processes)
    ]
    try:
        for each in senders:
            if each.stdout is None or each.stdout.readline() != "ready\n":
                raise AssertionError(f"a sender ended with {each.wait()} before it was ready")
        return [int(said.split()[-1]) for said in _go(senders)]
    finally:
        for each in senders:
            each.kill()
            each.wait()


def _go(senders: list[subprocess.Popen[str]]) -> list[str]:
    """Each waits for a line; what each says in the end."""
    for each in senders:
        if each.stdin is not None:
            each.stdin.write("\n")
            each.stdin.flush()
    return [each.communicate()[0] for each in senders]


def _refused(here: Scene) -> int:
    answers = here.sandbox.ask("state")["answers"]
    return sum(number for answer, number in answers.items() if answer.endswith(" 429"))


def set_up(env: dict[str, str]) -> None:
    """The limits, as `make deploy` makes them for these rates."""
    settings = {PREFECT_API_URL: env["PREFECT_API_URL"], PREFECT_HOME: env["PREFECT_HOME"]}
    with temporary_settings(settings), get_client(sync_client=True) as client:
        list(arrange_limits(Site(client, env)))
