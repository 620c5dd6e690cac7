"""Two workers on one work pool, one of them killed in the middle: each original once, and never faster than the service allows.

`make machines` plays it with 5,000 originals, and asserts what depends on the machine's speed; the ordinary suite with fewer.
"""

import json
import math
import os
import sys
import time
from dataclasses import dataclass

import pytest
from support.ingesting import assert_each_once, photo
from support.machines import ROOT, cluster, is_at_work, is_up, kill_all, wait_until, worker
from support.proof import Table, record

from deployments.processes import start, stop
from sandbox.process import start as start_sandbox

IS_FULL = os.environ.get("MACHINES") == "full"
BRAND = 4242


@dataclass(frozen=True)
class Size:
    """How much is played, and what the service allows."""

    items: int
    per_minute: int
    batch: int


#: The rate is one that a slow machine keeps up with: what is measured is the limit, not the machine.
SIZE = Size(5_000, int(os.environ.get("MACHINES_PER_MINUTE", "2400")), 50) if IS_FULL else Size(400, 3000, 10)


@pytest.fixture
def sandbox(tmp_path):
    """One of our own: its rate limit is the point, so nothing else may speak to it."""
    with start_sandbox(tmp_path / "sandbox", requests_per_minute=SIZE.per_minute) as running:
        yield running


@pytest.fixture
def originals(tmp_path):
    folder = tmp_path / "originals"
    folder.mkdir()
    for number in range(SIZE.items):
        (folder / f"look-{number:04}.jpg").write_bytes(photo(number, 24, 18))
    return folder


def test_two_workers_bring_each_original_once_within_the_limit_although_one_is_killed(
    tmp_path, sandbox, originals, monkeypatch, record_property
):
    with cluster(tmp_path, sandbox, SIZE.per_minute, monkeypatch) as env:
        report, ended_at = play(tmp_path, sandbox, originals, env)

    figures = measure(sandbox, ended_at)
    show(figures, report, record_property)
    assert_each_once(sandbox, originals, brands=[BRAND])
    assert (report["found"], report["ready"], report["failed"], report["lost_shards"]) == (
        SIZE.items,
        SIZE.items,
        0,
        [],
    )
    assert figures["answers 429"] == 0
    assert figures["most in a minute"] <= SIZE.per_minute
    if IS_FULL:
        assert figures["share of the limit"] >= 0.85
        assert report["again"] == 1
        record("machines", as_table(figures, report))


def play(tmp_path, sandbox, originals, env):
    """The run that shares out, two workers, and the death of one at work; its report, and when the last record was made."""
    log, said = tmp_path / "run.log", tmp_path / "report.json"
    words = [str(originals), "--brand-ids", str(BRAND), "--rights", "owned", "--batch-size", str(SIZE.batch)]
    shared = ["--run-as", "deployments", "--shards", "2", "--report-file", str(said)]
    with (
        worker(tmp_path, env, "first", limit=1) as first,
        started([sys.executable, "-m", "flows.ingest_ugc", *words, *shared], env, log) as run,
    ):
        # Only then is there a second one, with room for the other shard, and for what the first one leaves behind.
        wait_until(lambda: is_at_work(first), f"the first worker is at work; see {log}")
        with worker(tmp_path, env, "second", limit=2) as second:
            wait_until(lambda: made(sandbox) >= SIZE.items * 0.3 and is_up(tmp_path, "second"), "a third is done")
            kill_all(first if is_at_work(first) else second)
            ended_at = wait_for_all(sandbox, run)
            wait_until(lambda: run.poll() is not None, "the run that shared out has ended")
            assert run.returncode == 0, log.read_text()[-3000:]
    return json.loads(said.read_text()) | {"again": log.read_text().count("It is started again")}, ended_at


class started:  # noqa: N801 - read as a verb
    """A command for the length of a block."""

    def __init__(self, command, env, log):
        self.process = start(command, env=env, log=log, cwd=ROOT)

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        stop(self.process)


def made(sandbox):
    """How many records the library holds."""
    return sum(sandbox.ask("state")["media"].values())


def wait_for_all(sandbox, run):
    """The time at which the last record was made: from then on there is no work."""
    while made(sandbox) < SIZE.items and run.poll() is None:
        time.sleep(0.2)
    return time.time()


def measure(sandbox, ended_at):
    """What the sandbox saw: whole seconds from the first request of the first shard until the last record was made."""
    by_second = {int(second): number for second, number in sandbox.ask("rates")["social"].items()}
    first, end = min(by_second), math.floor(ended_at)
    answers = sandbox.ask("state")["answers"]
    at_work = sum(number for second, number in by_second.items() if first <= second < end)
    # One second more than a minute, so that no minute that begins within a second holds more.
    minutes = [sum(by_second.get(second, 0) for second in range(start, start + 61)) for start in by_second]
    return {
        "originals": SIZE.items,
        "limit a minute": SIZE.per_minute,
        "requests": sum(by_second.values()),
        "seconds of work": end - first,
        "requests a second": round(at_work / (end - first), 2),
        "share of the limit": round(at_work / (end - first) * 60 / SIZE.per_minute, 3),
        "most in a minute": max(minutes),
        "most in a second": max(by_second.values()),
        "answers 429": sum(number for answer, number in answers.items() if answer.endswith(" 429")),
    }


def as_table(figures, report):
    """For the page of proofs."""
    return Table(
        title="Two workers, one of them killed",
        command="make machines",
        says=f"{SIZE.items:,} originals in two shards on two workers; at 30 % one worker is killed (SIGKILL, with its run). Each original is "
        f"once in the library, byte for byte; {report['again']} shard was begun anew. Requests are those that the sandbox saw.",
        columns=("what", "seen:"),
        rows=tuple(figures.items()),
        seconds=report["seconds"],
        figures={name.replace(" ", "_"): value for name, value in figures.items()},
    )


def show(figures, report, record_property):
    """For people who run this by hand (`-s`), and for the test report."""
    for name, value in figures.items():
        record_property(name, value)
        sys.stdout.write(f"{name:>20}  {value:,}\n")
    sys.stdout.write(f"{'report':>20}  {report['found']} found, {report['ready']} ready, in {report['seconds']} s\n")
    sys.stdout.write(f"{'shards begun anew':>20}  {report['again']}\n")
