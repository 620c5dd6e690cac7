"""Make what the flows need on a Prefect server: work pool, blocks, limits, automations. Run it as often as you like.

`python -m deployments.setup` works on the server of PREFECT_API_URL. It touches only what is not there or differs, and says a
line for each thing; `--dry-run` says what would change. `make deploy` runs it together with `prefect deploy`.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prefect.client.orchestration import get_client

from dashmedia.errors import DashMediaError
from dashmedia.interrupts import interruptible
from deployments.automations import arrange_automations
from deployments.blocks import arrange_blocks
from deployments.changes import Fate, Site
from deployments.limits import arrange_limits
from deployments.notifications import arrange_webhook
from deployments.reaching import reached
from deployments.schedules import starts_by_itself
from deployments.work_pools import arrange_work_pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deployments.changes import Change


def main() -> int:
    """Set the server up; 1 when something is wrong, after one sentence that says what."""
    options = read_options("python -m deployments.setup", __doc__)
    try:
        with open_site(options) as site:
            changes = [*tell(before_deploying(site), site), *tell(arrange_automations(site), site)]
    except DashMediaError as error:
        return complain(error)
    print(summary(changes, dry_run=options.dry_run))
    return 0


def before_deploying(site: Site) -> Iterator[Change]:
    """What deployments need; automations come after them, because they start them.

    Raises:
        SettingsError: the environment makes no sense; nothing was written yet when it is about the switch for schedules.
    """
    starts_by_itself(site.env)
    yield from arrange_work_pool(site)
    yield from arrange_blocks(site)
    yield from arrange_webhook(site)
    yield from arrange_limits(site)


def read_options(program: str, words: str | None) -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog=program, description=words, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--take-refresh-token", action="store_true",
        help="put DASH_REFRESH_TOKEN into the block although it has a newer one, as after a new login",
    )  # fmt: skip
    return parser.parse_args()


@contextmanager
def open_site(options: argparse.Namespace) -> Iterator[Site]:
    """The server that Prefect's settings name.

    Raises:
        SettingsError: none is named, nobody answers there, or it does not let us in.
    """
    with reached(), get_client(sync_client=True) as client:
        client.read_work_pools(limit=1)
        yield Site(client, os.environ, options.dry_run, options.take_refresh_token)


def tell(changes: Iterable[Change], site: Site) -> Iterator[Change]:
    """The same, each one printed as soon as it is known."""
    for change in changes:
        print(change.line(dry_run=site.dry_run), flush=True)
        yield change


def complain(error: DashMediaError) -> int:
    """Say what is wrong; the exit code."""
    print(error, file=sys.stderr)
    return 1


def summary(changes: list[Change], *, dry_run: bool) -> str:
    """How much there was to do."""
    touched = sum(change.fate in {Fate.MADE, Fate.CHANGED} for change in changes)
    if not touched:
        return f"Nothing to do: all {len(changes)} things are as they should be."
    return f"{touched} of {len(changes)} things {'would be' if dry_run else 'were'} made or changed."


if __name__ == "__main__":
    with interruptible():
        sys.exit(main())
