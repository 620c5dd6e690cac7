"""Ingestions that die by SIGKILL before or after any call to the ledger or a service, over real servers."""

from support.boundaries import Mortal, around
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


def _ingest(settings, source, ledger, run_id, **options):
    return ingest(settings, source, ledger, run_id, **options).is_complete


#: Takes what `ingest` takes.
INGESTION = Mortal(_ingest, around(BOUNDARIES))
