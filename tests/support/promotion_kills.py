"""Promotions in processes of their own that die by SIGKILL before or after a request, or a transaction of the ledger.

The boundaries are found, not listed by hand: every call of the API and every transaction that writes. The process is a fork
of the test, the kill a real SIGKILL, the service a real server.
"""

import multiprocessing
import os
from contextlib import contextmanager

from support.boundaries import numbered
from support.promoting import promote

from dashmedia.http import Api
from dashmedia.ledger.database import Database

_fork = multiprocessing.get_context("fork")


def promote_and_die(sandbox, ledger, run_id, at, **options):
    """Promote in a process of its own that kills itself at boundary number `at`; returns its exit code (-9, or 0)."""
    return _in_a_process(sandbox, ledger, run_id, at, options, None)


def count_boundaries(sandbox, ledger, run_id, **options):
    """How many boundaries a whole run passes."""
    counted = _fork.Value("i", 0)
    assert _in_a_process(sandbox, ledger, run_id, None, options, counted) == 0
    return counted.value


def _in_a_process(*arguments):
    process = _fork.Process(target=_child, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def _child(sandbox, ledger, run_id, at, options, counted):
    boundary = numbered(at, counted)
    call, write = Api.call, Database.write

    def watched_call(*args, **kwargs):
        boundary()
        answer = call(*args, **kwargs)
        boundary()
        return answer

    @contextmanager
    def watched_write(database):
        boundary()
        with write(database) as connection:
            yield connection
        boundary()

    Api.call, Database.write = watched_call, watched_write
    report = promote(sandbox, ledger, run_id, **options)
    os._exit(0 if report.is_complete else 3)
