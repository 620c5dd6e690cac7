"""`python -m tasks.doctor`: what `python -m dashmedia.doctor` looks at, with the credentials of the Prefect blocks, and the Prefect server."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TypeVar, cast

import httpx
import prefect
from prefect import get_client
from prefect.client.schemas.objects import WorkPoolStatus
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_API_URL

from dashmedia.doctor.command import run_doctor
from dashmedia.doctor.environment import dash_from, social_from
from dashmedia.doctor.findings import Check, Finding, fail, ok, warn
from dashmedia.doctor.machine import machine_checks
from dashmedia.doctor.services import look_at_clock, service_checks
from dashmedia.errors import SettingsError
from tasks.credentials import DEFAULT_BLOCK, DashSocialCredentials
from tasks.dash_credentials import BlockTokens, load_block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prefect.client.schemas.objects import WorkPool

    from dashmedia.dam import DashSettings
    from dashmedia.dam.oauth import RefreshTokens
    from dashmedia.settings import SocialSettings

B = TypeVar("B")

WORDS = """Look whether flows can run from here, as `python -m dashmedia.doctor` does, and at the Prefect server.

Credentials are those of the blocks named `default`; where there is none, those of the environment. One line each: OK, WARN
or FAIL, what was seen, and what to do. Nothing is created or changed, and no secret is printed. Ends with 1 if something FAILs."""

#: Where the deployments of `prefect.yaml` run.
WORK_POOL = "media"

UNREACHABLE = "Start it (make up), or set PREFECT_API_URL to the one that runs."


def look_at_server() -> Iterator[Finding]:
    """Whether it answers, and is of our version."""
    url = PREFECT_API_URL.value()
    if not url:
        seen = "PREFECT_API_URL is not set: each flow starts a server of its own, and nobody sees its runs"
        yield warn("Prefect server", seen, UNREACHABLE)
        return
    with get_client(sync_client=True) as client:
        if (trouble := client.api_healthcheck()) is not None:
            yield fail("Prefect server", f"{url} does not answer: {type(trouble).__name__}", UNREACHABLE)
            return
        theirs = client.api_version()
    if theirs == prefect.__version__:
        yield ok("Prefect server", f"{url} answers, version {theirs} as here")
    else:
        seen = f"{url} answers with version {theirs}; here is {prefect.__version__}"
        yield warn("Prefect server", seen, "Give server and workers one version, the server first.")


def look_at_work_pool() -> Iterator[Finding]:
    """Whether somebody is there to run what is scheduled."""
    if not PREFECT_API_URL.value():
        return
    name = f"Work pool {WORK_POOL}"
    try:
        with get_client(sync_client=True) as client:
            pool = client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        yield fail(name, "there is none", "Run make deploy.")
    except httpx.HTTPError as error:
        yield fail(name, f"the Prefect server does not answer: {type(error).__name__}", UNREACHABLE)
    else:
        yield _pool_found(name, pool)


def _pool_found(name: str, pool: WorkPool) -> Finding:
    if pool.is_paused:
        return warn(name, "it is paused, so nothing starts", "Resume it in the UI when you are done.")
    if pool.status is WorkPoolStatus.READY:
        return ok(name, "a worker is online")
    return warn(
        name, "no worker is online, so what is scheduled waits", f"Start one: prefect worker start --pool {WORK_POOL}"
    )


def social_access() -> SocialSettings | None:
    """Of the default block, else of the environment; None when neither is there.

    Raises:
        SettingsError: a value makes no sense, or the server is away.
    """
    block = _block(lambda: cast("DashSocialCredentials", DashSocialCredentials.load(DEFAULT_BLOCK)))
    return social_from(os.environ) if block is None else block.settings()


def dash_access() -> tuple[DashSettings, RefreshTokens] | None:
    """The same for Dash; a new refresh token is kept in the block."""
    block = _block(lambda: load_block(DEFAULT_BLOCK))
    return dash_from(os.environ) if block is None else (block.settings(), BlockTokens(DEFAULT_BLOCK))


def _block(load: Callable[[], B]) -> B | None:
    # Without a server of one's own, Prefect would start one just to look for the block.
    if not PREFECT_API_URL.value():
        return None
    try:
        return load()
    except ValueError:
        return None
    except httpx.HTTPError as error:
        raise SettingsError(
            f"The credentials block cannot be read: the Prefect server does not answer ({type(error).__name__}). {UNREACHABLE}"
        ) from error


def all_checks() -> list[Check]:
    """Everything that can be looked at."""
    url = PREFECT_API_URL.value()
    return [
        Check("Prefect server", look_at_server),
        Check(
            "Prefect server clock", lambda: look_at_clock("Prefect server clock", url and f"{url}/health", time.time)
        ),
        Check(f"Work pool {WORK_POOL}", look_at_work_pool),
        *service_checks(social_access, dash_access),
        *machine_checks(os.environ.get("DASH_LEDGER_URL")),
    ]


def main(arguments: Sequence[str]) -> int:
    """Run one command line."""
    return run_doctor("python -m tasks.doctor", WORDS, all_checks, arguments)


if __name__ == "__main__":  # pragma: no cover - a test runs it in a process of its own
    sys.exit(main(sys.argv[1:]))
