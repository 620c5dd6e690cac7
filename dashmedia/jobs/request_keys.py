"""By what a request for a job is known again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashmedia.dam.job_models import JobKind


def request_key_for(kind: JobKind, body: Mapping[str, Any], purpose: str) -> str:
    """A key that no other request has: the same body for the same purpose is the same job, whoever asks.

    Args:
        kind: which endpoint.
        body: JSON.
        purpose: what makes a repeat of the same body a new wish, such as the id of the plan that it carries out.
    """
    written = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{kind}:{purpose}:{hashlib.sha256(written.encode()).hexdigest()}"
