"""Promotions that die by SIGKILL before or after a request, or a transaction of the ledger, over a real server.

Every call of the API and every transaction that writes is a boundary.
"""

from contextlib import contextmanager

from support.boundaries import Mortal, around
from support.promoting import promote

from dashmedia.http import Api
from dashmedia.ledger.database import Database


def _promote(sandbox, ledger, run_id, **options):
    return promote(sandbox, ledger, run_id, **options).is_complete


def _watch(boundary, *_):
    around({Api: ("call",)})(boundary)
    write = Database.write

    @contextmanager
    def watched_write(database):
        boundary()
        with write(database) as connection:
            yield connection
        boundary()

    Database.write = watched_write


#: Takes what `promote` takes.
PROMOTION = Mortal(_promote, _watch)
