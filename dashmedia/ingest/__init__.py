"""From a source to ready media in Dash Social, in six steps that can each be repeated without harm.

`session` holds what the steps share, `batch` what they hand on; `check`, `upload`, `create` and `confirm` are the steps,
and `report` counts. Every step writes to the ledger before an effect that could be repeated and after one that is known.
"""

from dashmedia.ingest.batch import Batch
from dashmedia.ingest.check import check_batch, claim_batch
from dashmedia.ingest.confirm import confirm_batch
from dashmedia.ingest.create import create_batch
from dashmedia.ingest.options import IngestOptions
from dashmedia.ingest.report import IngestReport
from dashmedia.ingest.session import IngestSession, open_ingest
from dashmedia.ingest.upload import issue_urls, put_batch

__all__ = [
    "Batch",
    "IngestOptions",
    "IngestReport",
    "IngestSession",
    "check_batch",
    "claim_batch",
    "confirm_batch",
    "create_batch",
    "issue_urls",
    "open_ingest",
    "put_batch",
]
