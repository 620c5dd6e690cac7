"""The report of a shard on its way to the run that shared the work out: an artifact, which any machine can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from dashmedia.ingest import IngestReport

if TYPE_CHECKING:
    from uuid import UUID

#: The artifact's.
KEY = "ingest-shard-report"

_BEGIN, _END = "```json\n", "\n```"


def leave_report(report: IngestReport) -> None:
    """Leave it as JSON, for machines; people read `ingest-summary`."""
    words = "For the run that shared the work out; its summary counts this shard too."
    data = report.model_dump_json()
    create_markdown_artifact(key=KEY, markdown=f"{words}\n\n{_BEGIN}{data}{_END}", description=report.sentence)


def read_report(flow_run_id: UUID) -> IngestReport | None:
    """What that flow run left; None when it left nothing."""
    chosen = ArtifactFilter(key=ArtifactFilterKey(any_=[KEY]), flow_run_id=ArtifactFilterFlowRunId(any_=[flow_run_id]))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=chosen, sort=ArtifactSort.CREATED_DESC, limit=1)
    if not found:
        return None
    return IngestReport.model_validate_json(str(found[0].data).partition(_BEGIN)[2].removesuffix(_END))
