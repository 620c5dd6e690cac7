"""What a person chooses for a clearing of the Prefect server, checked before anything starts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from dashmedia.forms import DryRun, titled

#: The server's own bound for one bulk deletion (its `BULK_OPERATION_LIMIT`, Prefect 3.8.8).
MOST_AT_ONCE = 50

#: The parameter types that the flow and this model share, so that one bound is written once.
KeepDays = Annotated[float, titled("Keep days", ge=1, le=3_650)]
KeepFailedDays = Annotated[float, titled("Keep failed days", ge=1, le=3_650)]
KeepPromotionsDays = Annotated[float, titled("Keep promotions days", ge=1, le=3_650)]
KeepTags = Annotated[tuple[str, ...], titled("Keep tags")]
KeepDeployments = Annotated[tuple[str, ...], titled("Keep deployments")]
BatchSize = Annotated[int, titled("Batch size", ge=1, le=MOST_AT_ONCE)]


class RetentionOptions(BaseModel):
    """The parameters of `clear_old_runs`; see the flow for what each means to a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    keep_days: KeepDays = 60
    keep_failed_days: KeepFailedDays = 180
    keep_promotions_days: KeepPromotionsDays = 365
    keep_tags: KeepTags = ()
    keep_deployments: KeepDeployments = ()
    batch_size: BatchSize = MOST_AT_ONCE
    dry_run: DryRun = False
