"""Exports in processes of their own that die by SIGKILL before or after a request, or at an operation on a file.

The boundaries are found, not listed by hand: every call of the API, and every file operation below the destination, which
Python's audit hooks tell. The process is a fork of the test, the kill a real SIGKILL, the service a real server.
"""

import multiprocessing
import os
import sys

from support.boundaries import numbered
from support.exporting import export

from dashmedia.http import Api

#: Operations that change or make a file, as Python's audit events call them.
FILE_STEPS = {"open", "os.mkdir", "os.rename", "os.remove"}

_fork = multiprocessing.get_context("fork")


def export_and_die(settings, destination, at, **options):
    """Export in a process of its own that kills itself at boundary number `at`; returns its exit code (-9, or 0)."""
    process = _fork.Process(target=_child, args=(settings, str(destination), at, options))
    process.start()
    process.join()
    return process.exitcode


def count_boundaries(settings, destination, **options):
    """How many boundaries a whole run passes."""
    counted = _fork.Value("i", 0)
    process = _fork.Process(target=_child, args=(settings, str(destination), None, options, counted))
    process.start()
    process.join()
    assert process.exitcode == 0
    return counted.value


def _child(settings, destination, at, options, counted=None):
    boundary = numbered(at, counted)

    def hook(name, args):
        if name in FILE_STEPS and str(args[0]).startswith(destination):
            boundary()

    inner = Api.call

    def call(*args, **kwargs):
        boundary()
        answer = inner(*args, **kwargs)
        boundary()
        return answer

    Api.call = call
    sys.addaudithook(hook)
    report = export(settings, destination, **options)
    os._exit(0 if report.is_complete else 3)
