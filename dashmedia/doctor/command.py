"""The command around a number of checks: how findings are shown, and the exit code."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.markup import escape

from dashmedia.doctor.findings import Finding, Level, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashmedia.doctor.findings import Check

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}

Json = Annotated[bool, Parameter(name="--json", negative="", help="One JSON object for programs.")]
TimeoutS = Annotated[float, Parameter(help="Seconds for all of it.", validator=Number(gte=1, lte=600))]


def run_doctor(name: str, words: str, make_checks: Callable[[], list[Check]], arguments: Sequence[str]) -> int:
    """Run one command line; 0 unless something FAILs, 1 if so, 2 if the command line is wrong."""
    app = App(name=name, help=words, version_flags=())

    @app.default
    def command(*, as_json: Json = False, timeout_s: TimeoutS = 30) -> int:
        findings = examine(make_checks(), timeout_s)
        (_print_json if as_json else _print_lines)(findings)
        return int(any(each.level is Level.FAIL for each in findings))

    return int(app(arguments, result_action="return_value") or 0)


def _print_json(findings: list[Finding]) -> None:
    is_well = all(each.level is not Level.FAIL for each in findings)
    told = {"ok": is_well, "findings": [each.model_dump(mode="json") for each in findings]}
    sys.stdout.write(f"{json.dumps(told, indent=2)}\n")


def _print_lines(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for each in findings:
        style = STYLES[each.level]
        advice = f" — {each.advice}" if each.advice else ""
        console.print(
            f"[{style}]{each.level:<4}[/] [bold]{escape(each.name)}[/]: {escape(each.seen.rstrip('.') if advice else each.seen)}{escape(advice)}"
        )
