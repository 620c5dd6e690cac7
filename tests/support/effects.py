"""Every moment at which a process reaches outside itself, found while it runs: it is told of each as it passes.

Ledger: before and after each commit, of any database that is written through SQLAlchemy.
HTTP: before each piece that is sent, when all is sent and the answer is still to come, and when the answer has begun; on
every connection of the standard library, which all our requests take, and around each request of `httpx` beside it.
Files: before each creation, opening for writing, rename and removal below a folder, and around each flush to the disk.
"""

import os
import sys
from http.client import HTTPConnection

import httpx
from sqlalchemy import Connection

from dashmedia.ledger.database import _READING

#: Operations that change a folder, as Python's audit events call them; the path is their first argument.
_FOLDER_STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}

#: With one of these flags a file is opened to be changed.
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def watch(passed, folder):
    """From now on, in this process: `passed(what)` is called at each such moment, on the thread that has come to it.

    It cannot be undone, so it is for processes that end soon. Reading is no effect: neither is a commit of a reader.
    """
    _watch_commits(passed)
    _watch_requests(passed)
    _watch_files(passed, str(folder))


def _watch_commits(passed):
    inner = Connection._commit_impl  # what both `commit()` and the end of `begin()` come to

    def commit(connection):
        if connection.get_execution_options().get(_READING):
            return inner(connection)
        passed("commit due")
        inner(connection)
        return passed("committed")

    Connection._commit_impl = commit


def _watch_requests(passed):
    send, getresponse, handle = HTTPConnection.send, HTTPConnection.getresponse, httpx.HTTPTransport.handle_request

    def watched_send(connection, data):
        passed("request due")
        send(connection, data)

    def watched_getresponse(connection):
        passed("request sent")
        answer = getresponse(connection)
        passed("answer begun")
        return answer

    def watched_handle(transport, request):
        passed("request due")
        answer = handle(transport, request)
        passed("answer begun")
        return answer

    HTTPConnection.send, HTTPConnection.getresponse = watched_send, watched_getresponse
    httpx.HTTPTransport.handle_request = watched_handle


def _watch_files(passed, folder):
    fsync = os.fsync

    def watched_fsync(number):
        passed("flush due")
        fsync(number)
        passed("flushed")

    def hook(name, args):
        if (name in _FOLDER_STEPS or (name == "open" and _is_for_writing(*args[1:]))) and _is_below(args[0], folder):
            passed(f"{name} due")

    os.fsync = watched_fsync
    sys.addaudithook(hook)


def _is_for_writing(mode, flags):
    return any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)


def _is_below(path, folder):
    return isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(folder)
