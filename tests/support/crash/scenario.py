"""One scenario: runs that die, one that does not, and what there is then."""

import os
import random
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from support.boundaries import Child
from support.crash.findings import Findings

ROOT = Path(__file__).parents[3]

#: A run in a process of its own takes so much longer than one in a fork, which finds everything loaded and compiled.
COLD = 2.5

#: Longest wait for a process to begin, in seconds.
PATIENCE_S = 240

#: How runs die: one at a boundary; two, one after the other; one of two at once; a whole process at any instant.
KINDS = ("kill", "two kills", "two at once", "process")


@dataclass(frozen=True)
class Scenario:
    """What happens to a workload.

    Attributes:
        kind: one of `KINDS`.
        at: numbers of the boundaries at which runs die; of a process, the share of its time after which it does.
    """

    kind: str
    at: tuple

    def __str__(self):
        return f"{self.kind} {'+'.join(map(str, self.at))}"

    @classmethod
    def parse(cls, text):
        """As `str` writes it."""
        kind, _, at = text.rpartition(" ")
        return cls(kind, tuple(float(one) if kind == "process" else int(one) for one in at.split("+")))


def plan_round(boundaries, draw, processes):
    """Every boundary once, and a share of the other kinds; their boundaries are drawn."""
    singles = [Scenario("kill", (at,)) for at in range(1, boundaries + 1)]
    doubles = [Scenario("two kills", _two_of(boundaries, draw)) for _ in range(max(1, boundaries // 6))]
    shared = [Scenario("two at once", (draw.randint(1, boundaries),)) for _ in range(max(1, boundaries // 9))]
    whole = [Scenario("process", (round(draw.random(), 3),)) for _ in range(processes)]
    return singles + doubles + shared + whole


def _two_of(boundaries, draw):
    """The second run finds part of the work done, so it passes fewer."""
    return draw.randint(1, boundaries), draw.randint(1, max(1, boundaries * 2 // 3))


class Stage:
    """A workload of one round, on which scenarios are played, each in a place of its own.

    Args:
        workload: from `draw_workload`.
        arguments: name, round and seed, which draw it again elsewhere.
    """

    def __init__(self, workload, arguments):
        self.workload, self._arguments = workload, arguments
        self.seconds = 0.0
        self._deaths = []

    def count(self, place):
        """How many boundaries an undisturbed run passes, which has to end well."""
        self.workload.prepare(place)
        began = time.monotonic()
        child = self._start(place, "count")
        code = child.join()
        self.seconds = time.monotonic() - began
        found = self.workload.check(place)
        if code or not found.is_clean:
            raise AssertionError(f"undisturbed, the run ended with {code} ({child.words}): {found}")
        return child.passed

    def play(self, scenario, place):
        """What is wrong after it; the runs that die, then one that does not."""
        found, self._deaths = Findings(), []
        self.workload.prepare(place)
        if scenario.kind == "two at once":
            self._two_at_once(place, scenario.at[0], found)
        elif scenario.kind == "process":
            self._kill_process(place, scenario.at[0])
        else:
            for number, at in enumerate(scenario.at):
                self._judge(self._start(place, f"run-{number}", at), found, "the run that was to die")
                self._add(found, self.workload.between(place))
        self._last_run(place, found)
        self._add(found, self.workload.check(place))
        if not found.is_clean:
            found.words += [f"a run died at: {words}" for words in self._deaths]
        return found

    def _start(self, place, run_id, at=None):
        return Child(lambda: self.workload.run(place, run_id), place.home, at)

    def _two_at_once(self, place, at, found):
        doomed, other = self._start(place, "run-0", at), self._start(place, "run-1")
        doomed_code, other_code = doomed.join(), other.join()
        self._deaths.append(doomed.words)
        for code, child in ((doomed_code, doomed), (other_code, other)):
            is_refusal = code == 4 and child.words.split(":")[0].split(".")[-1] in self._refusals()
            if code not in (-signal.SIGKILL, 0, 3) and not is_refusal:
                found.add("unfinished", 1, f"one of two runs ended with {code}: {child.words}")
        self._add(found, self.workload.between(place))

    def _refusals(self):
        classes = list(self.workload.may_refuse)
        for each in classes:
            classes += each.__subclasses__()
        return {each.__name__ for each in classes}

    def _judge(self, child, found, who):
        code = child.join()
        self._deaths.append(child.words)
        if code not in (-signal.SIGKILL, 0):
            found.add("unfinished", 1, f"{who} ended with {code}: {child.words}")

    def _kill_process(self, place, share):
        """A whole process, killed after that share of the time that it needs."""
        words = [*map(str, self._arguments), str(place.stock), str(place.home), place.ledger_url or ""]
        paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        process = subprocess.Popen(
            [sys.executable, "-m", "support.crash.driver", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **place.sandbox.env, "PYTHONPATH": paths},
        )  # fmt: skip
        with process:
            process.stdout.readline()  # it says so when everything is loaded and the work begins
            time.sleep(share * self.seconds * COLD)
            process.kill()

    def _last_run(self, place, found):
        try:
            if not self.workload.run(place, "run-last"):
                found.add("unfinished", 1, "the run afterwards did not complete")
        except Exception as error:  # noqa: BLE001 - whatever ends it is what was to be found
            found.add("unfinished", 1, "the run afterwards: " + "".join(traceback.format_exception(error))[-500:])

    def _add(self, found, more):
        found.counts.update(more.counts)
        found.words.extend(more.words)


def draw_for(seed, name, number):
    """What the scenarios of a round are drawn from."""
    return random.Random(f"{seed} {name} {number} scenarios")
