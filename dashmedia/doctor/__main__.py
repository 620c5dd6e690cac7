"""`python -m dashmedia.doctor`: credentials are those of the environment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dashmedia.doctor.command import run_doctor
from dashmedia.doctor.environment import dash_from, social_from
from dashmedia.doctor.machine import machine_checks
from dashmedia.doctor.services import service_checks
from dashmedia.interrupts import interruptible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashmedia.doctor.findings import Check

WORDS = """Look whether flows can run from here: credentials and permissions, clocks, ledger, storage, disk, versions.

One line each: OK, WARN or FAIL, what was seen, and what to do. Nothing is created or changed, and no secret is printed.
Credentials are those of the environment; `python -m tasks.doctor` takes those of the Prefect blocks, and looks at the
Prefect server too. Ends with 1 if something FAILs."""


def checks_of(env: Mapping[str, str]) -> list[Check]:
    """Everything that can be looked at without Prefect."""
    services = service_checks(lambda: social_from(env), lambda: dash_from(env))
    return [*services, *machine_checks(env.get("DASH_LEDGER_URL"))]


def main(arguments: Sequence[str]) -> int:
    """Run one command line."""
    return run_doctor("python -m dashmedia.doctor", WORDS, lambda: checks_of(os.environ), arguments)


if __name__ == "__main__":  # pragma: no cover - a test runs it in a process of its own
    with interruptible():
        sys.exit(main(sys.argv[1:]))
