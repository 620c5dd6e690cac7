"""Uploads to the DAM that die by SIGKILL before or after any call to the ledger, the service or the storage, over real servers."""

from support.boundaries import Mortal, around
from support.delivering import deliver

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


def _deliver(settings, paths, ledger, run_id, **options):
    deliveries = deliver(settings, paths, ledger, run_id, **options)
    return all(each.fate in {"ready", "already_done", "held"} for each in deliveries)


#: Takes what `deliver` takes.
DELIVERY = Mortal(_deliver, around(BOUNDARIES))
