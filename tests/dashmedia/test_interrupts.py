"""Ctrl-C on each command, while it is still being imported and later."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashmedia.interrupts import INTERRUPTED, interruptible, leave_quietly_while_loading

ROOT = Path(__file__).parents[2]


def run(words, at):
    """Run a command that gets Ctrl-C when it imports the module `at`."""
    path = os.pathsep.join([str(ROOT / "tests" / "support" / "interrupting"), str(ROOT)])
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**os.environ, "PYTHONPATH": path, "INTERRUPT_AT": at},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def handler():
    """Ctrl-C as Python has it at first; afterwards as the tests have it, whose workers ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("command", "at"),
    [
        ("flows.ingest_ugc", "prefect"),
        ("flows.promote_lifecycle", "prefect"),
        ("flows.export_downloads", "prefect"),
        ("flows.backfill_downloads", "prefect"),
        ("flows.watch_downloads", "prefect"),
        ("deployments.demo", "httpx"),
        ("deployments.up", "psutil"),
        ("dashmedia.ledger", "sqlalchemy"),
        ("dashmedia.doctor", "pydantic"),
        ("benchmarks", "httpx"),
    ],
)
def test_ctrl_c_while_a_command_is_imported_ends_it_with_130_and_without_a_word(command, at):
    ended = run(["-m", command], at)

    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, "", "")


@pytest.mark.parametrize("at", ["argparse", "pydantic", "uvicorn"])
def test_ctrl_c_while_the_sandbox_is_imported_is_an_orderly_end(at, tmp_path):
    ended = run(["-m", "sandbox", f"--data={tmp_path}"], at)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_who_imports_our_packages_keeps_their_own_handling(handler):
    ended = run(["-c", "import dashmedia.ledger"], "sqlalchemy")
    leave_quietly_while_loading("flows.*", "benchmarks")

    assert ended.stderr.endswith("KeyboardInterrupt\n")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_first_ctrl_c_closes_what_is_open_and_ends_with_130(handler):
    closed, stack = [], ExitStack()
    stack.callback(closed.append, "closed")

    with pytest.raises(SystemExit) as ended, interruptible(), stack:
        signal.raise_signal(signal.SIGINT)

    assert (ended.value.code, closed) == (INTERRUPTED, ["closed"])


def test_the_second_ctrl_c_waits_for_nothing():
    code = (
        "import signal\nfrom dashmedia.interrupts import interruptible\nwith interruptible():\n try:\n"
        "  signal.raise_signal(signal.SIGINT)\n finally:\n  signal.raise_signal(signal.SIGINT); print('waited')"
    )
    ended = run(["-c", code], "nothing")

    assert (ended.returncode, ended.stdout, ended.stderr) == (INTERRUPTED, "", "")


def test_what_is_told_to_ignore_ctrl_c_goes_on(handler):
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    with interruptible():
        signal.raise_signal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
