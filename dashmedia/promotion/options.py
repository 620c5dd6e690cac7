"""What a person chooses for one promotion, checked before anything starts."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal, Self

from annotated_types import Len
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashmedia.errors import SettingsError
from dashmedia.forms import DryRun, titled
from dashmedia.jobs.pace import JobPace
from dashmedia.promotion.rules import DEFAULT_RULES, PromotionRule

#: The parameter types that the flow and this model share, so that one bound is written once.
Rules = Annotated[tuple[PromotionRule, ...], Len(1), titled("Rules")]
MaxAssets = Annotated[int, titled("Max assets", ge=1, le=1_000_000)]
MaxShare = Annotated[float, titled("Max share", gt=0, le=1)]
Approval = Annotated[Literal["none", "ask"], titled("Approval")]
ApprovalDays = Annotated[float, titled("Approval days", gt=0, le=30)]
UndoOf = Annotated[Annotated[str, Field(title="A flow run", min_length=8)] | None, titled("Undo of a run")]
UndoIntoBin = Annotated[bool, titled("Undo into the bin")]
JobSize = Annotated[int, titled("Job size", ge=1, le=100_000)]
Pace = Annotated[JobPace, titled("Pace of waiting")]

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
    undo_of: UndoOf = None
    undo_into_bin: UndoIntoBin = False
    job_size: JobSize = JOB_SIZE
    pace: Pace = DEFAULT_PACE
    dry_run: DryRun = False

    @model_validator(mode="after")
    def _has_no_rule_twice(self) -> Self:
        """SettingsError and no ValueError: its sentence is for the person who pressed Run."""
        names = [rule.name for rule in self.rules]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise SettingsError(
                f"Two rules are called “{twice}”; the plan could not tell them apart. Give each a name of its own."
            )
        return self

    @property
    def scope(self) -> str:
        """A digest of what is asked for: equal ones mean the same question, whatever the limits."""
        asked = self.model_dump_json(include={"rules", "undo_of", "undo_into_bin"})
        return hashlib.sha256(asked.encode()).hexdigest()[:32]
