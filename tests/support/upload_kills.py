"""Uploads in processes of their own that die by SIGKILL before or after any call to the ledger, the service or the storage.

The boundaries are found by wrapping, not listed by hand. The process is a fork of the test, the kill a real SIGKILL, the
services real servers.
"""

import multiprocessing
import os

from support.boundaries import numbered
from support.delivering import deliver
from support.killing import wrap

from dashmedia.http import Api
from dashmedia.ledger import Ledger
from dashmedia.ledger.jobs import KnownJobs
from dashmedia.ledger.open_uploads import OpenUploads
from dashmedia.storage import Storage

#: What is wrapped: a class and its methods that write something somewhere.
BOUNDARIES = {
    Ledger: ("start_run", "claim", "record", "fail", "end_run"),
    OpenUploads: ("keep_receipts",),
    KnownJobs: ("claim", "submitted", "settle"),
    Api: ("call",),
    Storage: ("put",),
}

_fork = multiprocessing.get_context("fork")


def start_delivery(settings, paths, ledger, run_id, at=None, **options):
    """Upload in a process of its own, which is returned at once."""
    process = _fork.Process(target=_child, args=(settings, paths, ledger, run_id, at, options))
    process.start()
    return process


def deliver_and_die(settings, paths, ledger, run_id, at, **options):
    """Upload in a process of its own that kills itself at boundary number `at`; returns its exit code (-9, or 0)."""
    process = start_delivery(settings, paths, ledger, run_id, at, **options)
    process.join()
    return process.exitcode


def count_boundaries(settings, paths, ledger, run_id, **options):
    """How many boundaries a whole run passes."""
    counted = _fork.Value("i", 0)
    process = _fork.Process(target=_child, args=(settings, paths, ledger, run_id, None, options, counted))
    process.start()
    process.join()
    assert process.exitcode == 0
    return counted.value


def _child(settings, paths, ledger, run_id, at, options, counted=None):
    boundary = numbered(at, counted)
    for owner, names in BOUNDARIES.items():
        for name in names:
            wrap(owner, name, boundary)
    deliveries = deliver(settings, paths, ledger, run_id, **options)
    os._exit(0 if all(each.fate in {"ready", "already_done", "held"} for each in deliveries) else 3)
