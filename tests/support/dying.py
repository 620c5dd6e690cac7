"""Exports that die by SIGKILL before or after a request, or at an operation on a file, over a real server.

Every call of the API is a boundary, and every file operation below the destination, which Python's audit hooks tell.
"""

import sys

from support.boundaries import Mortal, around
from support.exporting import export

from dashmedia.http import Api

#: Operations that change or make a file, as Python's audit events call them.
FILE_STEPS = {"open", "os.mkdir", "os.rename", "os.remove"}


def _export(settings, destination, **options):
    return export(settings, destination, **options).is_complete


def _watch(boundary, _, destination):
    def hook(name, args):
        if name in FILE_STEPS and str(args[0]).startswith(str(destination)):
            boundary()

    around({Api: ("call",)})(boundary)
    sys.addaudithook(hook)


#: Takes what `export` takes.
EXPORT = Mortal(_export, _watch)
