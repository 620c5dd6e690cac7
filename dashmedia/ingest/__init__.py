"""From a source to ready media in Dash Social and assets in Dash, in steps that can each be repeated without harm.

`session` holds what the steps share, `batch` what they hand on; `check`, then `upload`, `create` and `confirm` for brands
and `assets` for the DAM are the steps, `lanes` keep the two ways apart, and `report` counts. Every step writes to the ledger before an effect that could be repeated and after one that is known.
"""

from dashmedia.ingest.assets import prepare_assets, upload_assets, write_fields
from dashmedia.ingest.batch import Batch
from dashmedia.ingest.check import check_batch, claim_batch
from dashmedia.ingest.confirm import confirm_batch
from dashmedia.ingest.create import create_batch
from dashmedia.ingest.lanes import Lane
from dashmedia.ingest.opening import DashAccess, open_ingest
from dashmedia.ingest.options import IngestOptions
from dashmedia.ingest.report import IngestReport
from dashmedia.ingest.session import IngestSession
from dashmedia.ingest.upload import issue_urls, put_batch

__all__ = [
    "Batch",
    "DashAccess",
    "IngestOptions",
    "IngestReport",
    "IngestSession",
    "Lane",
    "check_batch",
    "claim_batch",
    "confirm_batch",
    "create_batch",
    "issue_urls",
    "open_ingest",
    "prepare_assets",
    "put_batch",
    "upload_assets",
    "write_fields",
]
