"""Tests run against one bug after the other, in copies, several at once."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from support.bugs.copies import make_copy, sown
from support.bugs.verdicts import Failure, Outcome, judge, read_failures

#: Seconds that the tests of one bug may take on a busy machine.
BUDGET_S = 600

#: Tests that are confirmed in one run.
TESTS_AT_ONCE = 12

#: Variables of a pytest that may be running us, and of nobody else.
FOREIGN = ("PYTEST_", "COV_", "COVERAGE_", "PYTHONPATH")

#: Without plugins that come with other packages, none of which these tests need, pytest begins in half the time.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

#: How pytest ends when all tests passed, and when some failed. All else, such as a file that it cannot import, is no proof.
PASSED, FAILED = 0, 1

#: Of tests that passed.
NOTHING = Failure("", "")


@dataclass(frozen=True)
class Found:
    """What became of one bug, the test that decided it, what it said, and how long it took in seconds."""

    bug: object
    outcome: Outcome
    test: str
    words: str
    seconds: float


class Sower:
    """Runs tests against bugs; use as a context manager.

    Args:
        workers: how many at once, each with a copy of its own.
    """

    def __init__(self, workers=1):
        self._workers = workers
        self._copies = SimpleQueue()
        self._lock = threading.Lock()
        self._running = set()
        self._is_over = False

    def __enter__(self):
        self._place = tempfile.TemporaryDirectory(prefix="bugs-", ignore_cleanup_errors=True)
        for number in range(self._workers):
            folder = Path(self._place.name) / f"copy-{number}"
            folder.mkdir()
            self._copies.put(make_copy(folder))
        return self

    def __exit__(self, *_):
        self._place.cleanup()

    def try_all(self, bugs):
        """What became of each, as it is known."""
        return self._over(self.try_one, bugs)

    def try_one(self, bug):
        """What became of it; a failure counts only once it is confirmed."""
        began = time.monotonic()
        with self._a_copy() as copy, sown(copy, bug):
            outcome, failures = self._outcome(copy, bug.tests)
        test, failure = next(iter(failures.items()), ("", NOTHING))
        return Found(bug, outcome, test, failure.words, time.monotonic() - began)

    def confirm(self, found):
        """The same, where each test that caught a bug passes without it: a failure that is always there means nothing."""
        decided = sorted({each.test for each in found if each.outcome is Outcome.CAUGHT})
        shares = [decided[start : start + TESTS_AT_ONCE] for start in range(0, len(decided), TESTS_AT_ONCE)]
        failures = {test: failure for told in self._over(self._fail_anyway, shares) for test, failure in told.items()}
        return [
            replace(each, outcome=Outcome.UNCLEAN, words=failures[each.test].words) if each.test in failures else each
            for each in found
        ]

    def _fail_anyway(self, tests):
        """Those of the tests that fail without a bug; all of them when that cannot be found out."""
        with self._a_copy() as copy:
            _, failures = self._outcome(copy, tests, to_the_end=True)
        return dict.fromkeys(tests, failures[""]) if "" in failures else failures

    def _over(self, work, items):
        """What `work` makes of each, as it is known."""
        pool = ThreadPoolExecutor(self._workers)
        try:
            for done in as_completed([pool.submit(work, item) for item in items]):
                yield done.result()
        except BaseException:
            self._stop()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _outcome(self, copy, tests, *, to_the_end=False):
        """What pytest says in a copy as it stands: the outcome, and the failures by test; one of no test when it came to nothing."""
        with tempfile.TemporaryDirectory(prefix="bug-run-", ignore_cleanup_errors=True) as scratch:
            status, told = self._pytest(copy, Path(scratch), tests if to_the_end else ["-x", *tests])
            if status is None:
                return Outcome.OVERDUE, {"": Failure(f"not within {BUDGET_S} s", "")}
            if status not in {PASSED, FAILED}:
                return Outcome.BROKEN, {"": Failure(f"pytest ended with status {status}: {told[-300:]}", "")}
            failures = read_failures(Path(scratch) / "report.xml")
        return judge(failures), failures

    def _pytest(self, copy, scratch, words):
        """Its status, None when it was stopped for being late, and what it printed."""
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={scratch / 'tmp'}",
            f"--junitxml={scratch / 'report.xml'}", *words,
        ]  # fmt: skip
        env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | ALONE
        with (scratch / "out").open("w+") as out:
            process = subprocess.Popen(
                command, cwd=copy, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
            try:
                status = self._wait(process)
            finally:
                # What a test left behind, too.
                _end(process)
            out.seek(0)
            return status, out.read()

    def _wait(self, process):
        with self._lock:
            self._running.add(process)
            is_over = self._is_over
        try:
            return None if is_over else process.wait(BUDGET_S)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with self._lock:
                self._running.discard(process)

    def _stop(self):
        """End what is still under way, when somebody pressed Ctrl-C."""
        with self._lock:
            self._is_over = True
            for process in self._running:
                _kill(process)

    @contextmanager
    def _a_copy(self):
        copy = self._copies.get()
        try:
            yield copy
        finally:
            self._copies.put(copy)


def _end(process):
    _kill(process)
    process.wait()


def _kill(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
