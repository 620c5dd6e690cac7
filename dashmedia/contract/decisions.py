"""What was decided where the documentation is silent (docs/contract.md), and where a vendor's file would tell."""

from __future__ import annotations

from dataclasses import dataclass

from dashmedia.contract.recording import ENTRY, KEY, Path
from dashmedia.dam import wire as dam
from dashmedia.dam.job_models import JobKind
from dashmedia.social import wire as social


@dataclass(frozen=True, slots=True)
class Decision:
    """One subject.

    Attributes:
        subject: in the words of docs/contract.md.
        endpoint: a call that shows it.
        side: `request` or `answer`.
        path: where in its body.
    """

    subject: str
    endpoint: str
    side: str
    path: Path = ()


_EDITS, _MOVES = (dam.job_call("POST", kind) for kind in (JobKind.METADATA_EDIT, JobKind.LIFECYCLE))
_JOB, _UPLOADS = (dam.job_call("GET", kind) for kind in (JobKind.LIFECYCLE, JobKind.ASSET_AND_UPLOAD))
_ROW = (dam.RESULTS, ENTRY, dam.RESULT)

#: By system.
DECISIONS = {
    "dash": (
        Decision("selector of a batch job", _MOVES, "request", (dam.SELECTOR,)),
        Decision("transitions", _MOVES, "request", ("transition",)),
        Decision("job type, status", _JOB, "answer", (dam.JOB_TYPE,)),
        Decision("job steps", _JOB, "answer", (dam.JOB_PROGRESS, dam.JOB_STEPS, ENTRY)),
        Decision("job result", _UPLOADS, "answer", (dam.RESULT,)),
        Decision("an upload", dam.ASSET_UPLOAD, "answer", (dam.RESULT,)),
        Decision("completion", dam.UPLOAD_COMPLETION, "request", ("parts", ENTRY)),
        Decision("criteria: custom fields, NOT, ranges", dam.ASSET_SEARCH, "request", (dam.CRITERION,)),
        Decision("scroll", dam.ASSET_SCROLL, "request"),
        Decision("metadata edits", _EDITS, "request", ("edits", ENTRY)),
        Decision("ranges of events", dam.EVENT_SEARCH, "request", (dam.CRITERION,)),
        Decision("a download event", dam.EVENT_SEARCH, "answer", _ROW),
        Decision("userType", dam.EVENT_SEARCH, "answer", (*_ROW, dam.USER_TYPE)),
        Decision("downloadType", dam.EVENT_SEARCH, "answer", (*_ROW, dam.DOWNLOAD_TYPE)),
        Decision("aggregations", dam.EVENT_SEARCH, "request", (dam.AGGREGATIONS, KEY)),
        Decision("buckets", dam.EVENT_SEARCH, "answer", (dam.AGGREGATIONS, KEY)),
    ),
    "dash-social": (
        Decision("media_upload_url", social.ISSUE_URL, "answer"),
        Decision("meta", social.CREATE, "request", ("meta",)),
        Decision("create", social.CREATE, "answer"),
        Decision("source_created_at", social.CREATE, "request", ("source_created_at",)),
        Decision("processing", social.GET, "answer", ("brand_media_status",)),
        Decision("list", social.LIST, "request"),
    ),
}
