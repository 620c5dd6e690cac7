"""Processes that play scenarios side by side, each with a sandbox of its own: a fault of the services holds for all who ask them."""

import logging
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from support.faults.playing import play, seen_by
from support.faults.stage import Stage

from sandbox.process import start

_stage = None


@contextmanager
def players(count):
    """A pool of so many; at the end, however it comes, nobody waits for what is under way."""
    with TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(count, get_context("spawn"), _open_stage, (folder,))
        try:
            yield pool
        finally:
            processes = list(pool._processes.values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()


def see(flow):
    """In a process of the pool: requests by endpoint in a run without a fault."""
    return seen_by(_stage, flow)


def perform(scenario):
    """In a process of the pool: the verdict."""
    return play(_stage, scenario)


def _open_stage(folder):
    """It ends with its parent, and the sandbox with it."""
    global _stage  # noqa: PLW0603 - an initializer has no other way to hand something to the calls
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    logging.disable(logging.WARNING)
    here = Path(folder) / str(time.monotonic_ns())
    _stage = Stage(start(here / "sandbox", requests_per_minute=100_000), here / "scenarios")
