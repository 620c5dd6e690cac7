"""Processes of ours that die by SIGKILL at a chosen boundary: before or after any call to the ledger or a service.

The boundaries are found by wrapping, not listed by hand: every public method of the ledger, every call of the client and
every PUT. The process is a real one (a fork of the test), the kill a real SIGKILL, the services real servers.
"""

import multiprocessing
import os

from support.boundaries import numbered
from support.ingesting import ingest

from dashmedia.http import Api
from dashmedia.ledger import Ledger
from dashmedia.ledger.fields_written import FieldsWritten
from dashmedia.ledger.jobs import KnownJobs
from dashmedia.ledger.open_uploads import OpenUploads
from dashmedia.storage import Storage

#: What is wrapped: a class and its methods that write something somewhere.
BOUNDARIES = {
    Ledger: ("start_run", "claim", "record", "fail", "keep_uploads", "refuse", "end_run"),
    OpenUploads: ("keep_receipts",),
    KnownJobs: ("claim", "submitted", "settle"),
    FieldsWritten: ("keep",),
    Api: ("call",),
    Storage: ("put",),
}

_fork = multiprocessing.get_context("fork")


def run_and_die(settings, source, ledger, run_id, at, **options):
    """Ingest in a process of its own that kills itself at boundary number `at`; returns its exit code (-9, or 0)."""
    process = _fork.Process(target=_child, args=(settings, source, ledger, run_id, at, options))
    process.start()
    process.join()
    return process.exitcode


def count_boundaries(settings, source, ledger, run_id, **options):
    """How many boundaries a whole run passes."""
    counted = _fork.Value("i", 0)
    process = _fork.Process(target=_child, args=(settings, source, ledger, run_id, None, options, counted))
    process.start()
    process.join()
    assert process.exitcode == 0
    return counted.value


def _child(settings, source, ledger, run_id, at, options, counted=None):
    boundary = numbered(at, counted)

    for owner, names in BOUNDARIES.items():
        for name in names:
            wrap(owner, name, boundary)
    report = ingest(settings, source, ledger, run_id, **options)
    os._exit(0 if report.is_complete else 3)


def wrap(owner, name, boundary):
    """Pass a boundary before and after each call of that method."""
    inner = getattr(owner, name)

    def wrapped(*args, **kwargs):
        boundary()
        answer = inner(*args, **kwargs)
        boundary()
        return answer

    setattr(owner, name, wrapped)
