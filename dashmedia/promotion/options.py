"""What a person chooses for one promotion, checked before anything starts."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Self

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashmedia.jobs.pace import JobPace
from dashmedia.promotion.rules import DEFAULT_RULES, PromotionRule

#: The parameter types that the flow and this model share, so that one bound is written once.
Rules = Annotated[tuple[PromotionRule, ...], Len(1), Field(title="Rules")]
MaxAssets = Annotated[int, Field(title="Most assets", ge=1, le=1_000_000)]
MaxShare = Annotated[float, Field(title="Largest share", gt=0, le=1)]
Approval = Literal["none", "ask"]
ApprovalDays = Annotated[float, Field(title="Days to answer", gt=0, le=30)]
UndoOf = Annotated[str, Field(title="Undo run", min_length=8, description="Id of the flow run whose moves are undone.")]
JobSize = Annotated[int, Field(title="Assets in one job", ge=1, le=100_000)]

#: How batch jobs are waited for unless somebody says otherwise.
DEFAULT_PACE = JobPace()

#: Assets in one job. Ours: the vendor names no limit. Few jobs, because each is polled up to 20 times; the ids of one job
#: are in memory at once, about 10 MB at this size.
JOB_SIZE = 25_000


class PromotionOptions(BaseModel):
    """The parameters of `promote_lifecycle`; see the flow for what each means to a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: Rules = DEFAULT_RULES
    max_assets: MaxAssets = 1_000
    max_share: MaxShare = 1.0
    approval: Approval = "none"
    approval_days: ApprovalDays = 3
    undo_of: UndoOf | None = None
    undo_into_bin: bool = False
    job_size: JobSize = JOB_SIZE
    pace: JobPace = DEFAULT_PACE
    dry_run: bool = False

    @model_validator(mode="after")
    def _has_no_rule_twice(self) -> Self:
        names = [rule.name for rule in self.rules]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two rules are called “{twice}”; the plan could not tell them apart")
        return self

    @property
    def scope(self) -> str:
        """A digest of what is asked for: equal ones mean the same question, whatever the limits."""
        asked = self.model_dump_json(include={"rules", "undo_of", "undo_into_bin"})
        return hashlib.sha256(asked.encode()).hexdigest()[:32]
