"""What the program knows of a batch job: its kind, how far it is, and what became of each item."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dashmedia.dam import wire

if TYPE_CHECKING:
    from collections.abc import Mapping


class JobKind(StrEnum):
    """Which batch job; the value is the part of its path before `-batch-jobs`."""

    ASSET_AND_UPLOAD = wire.ASSET_AND_UPLOAD_JOBS
    ASSET_UPLOAD = wire.ASSET_UPLOAD_JOBS
    LIFECYCLE = wire.LIFECYCLE_JOBS
    METADATA_EDIT = wire.METADATA_EDIT_JOBS

    @property
    def gives_uploads(self) -> bool:
        """Whether its result is what goes on: without it there is nowhere to send bytes to."""
        return self in {JobKind.ASSET_AND_UPLOAD, JobKind.ASSET_UPLOAD}


class JobState(StrEnum):
    """How a job stands; `UNKNOWN` is a word that nobody told us of, taken for running."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more will come."""
        return self in {JobState.COMPLETE, JobState.FAILED}


@dataclass(frozen=True, slots=True)
class JobStep:
    """One step of a job that counts items; a step without both numbers is left out."""

    name: str | None
    completed: int
    total: int


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job as it was when it was last looked at.

    Attributes:
        word: the service's own word for its state; None when it gave none.
        steps: those that count.
        successes: by `batchItemId` or asset id, the inner `result` as the service wrote it (`{}` when it wrote none).
            Not shown in `repr`: it may hold signed URLs.
        failures: by the same keys, the service's words, clipped.
        reason: why the job as a whole failed, in the service's words; None when it said nothing.
    """

    id: str
    kind: JobKind
    state: JobState
    word: str | None = None
    steps: tuple[JobStep, ...] = ()
    successes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    failures: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1, over all steps that count; None when none does."""
        total = sum(step.total for step in self.steps)
        return min(1.0, sum(step.completed for step in self.steps) / total) if total else None
